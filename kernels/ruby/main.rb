# frozen_string_literal: true

require "parley/kernel"

Parley::Kernel.new(Parley::Session.open(ARGV.shift)).run
