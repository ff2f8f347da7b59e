# frozen_string_literal: true

# Whatever the locale: plugins and their data are UTF-8, as all that travels is.
Encoding.default_external = Encoding::UTF_8

require_relative "lib/parley/kernel"

# Where the compiler can be switched on without a restart (Ruby 3.3) a call costs a third less.
RubyVM::YJIT.enable if defined?(RubyVM::YJIT) && RubyVM::YJIT.respond_to?(:enable)

Parley::Kernel.new(Parley::Session.open(ARGV.shift)).run
