# frozen_string_literal: true

require "json"
require "minitest/autorun"
require "parley/kernel"

# The vectors that every implementation reads.
module Vectors
  SPECS = ENV.fetch("PARLEY_SPECS") { File.expand_path("../../../specs", __dir__) }

  def self.read(name)
    JSON.parse(File.read(File.join(SPECS, "vectors", "#{name}.json")))
  end
end

module Hex
  def hex(text)
    [text].pack("H*")
  end
end
