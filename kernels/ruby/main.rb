# frozen_string_literal: true

require_relative "lib/parley/kernel"

# Where the compiler can be switched on without a restart (Ruby 3.3) a call costs a third less.
RubyVM::YJIT.enable if defined?(RubyVM::YJIT) && RubyVM::YJIT.respond_to?(:enable)

Parley::Kernel.new(Parley::Session.open(ARGV.shift)).run
