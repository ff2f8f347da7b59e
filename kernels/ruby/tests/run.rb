# frozen_string_literal: true

# Runs every test: ruby tests/run.rb [minitest's options]
$LOAD_PATH.unshift(File.expand_path("../lib", __dir__), __dir__)
require "minitest/autorun"
Dir[File.join(__dir__, "*_test.rb")].each { |file| require file }
