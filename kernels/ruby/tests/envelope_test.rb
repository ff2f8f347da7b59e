# frozen_string_literal: true

require "support"

class EnvelopeTest < Minitest::Test
  include Hex
  include Parley

  VECTORS = Vectors.read("envelope")

  VECTORS["valid"].each do |vector|
    name = vector["name"].gsub(/\W+/, "_")
    parts = vector.values_at("header", "parent_header", "metadata", "content")

    define_method("test_#{name}_is_signed_and_framed_as_in_the_vectors") do
      buffers = vector["buffers"].map { |buffer| hex(buffer) }
      frames = Envelope.seal(Signer.new(vector["key"]), *parts.map(&:b), buffers)
      frames.unshift(vector["topic"]) if vector["topic"]
      assert_equal vector["signature"], frames[vector["topic"] ? 2 : 1]
      assert_equal(vector["frames"], frames.map { |frame| frame.unpack1("H*") }) if vector["frames"]
    end

    define_method("test_#{name}_is_read") do
      frames = vector["frames"].map { |frame| hex(frame) }
      frames.shift if vector["topic"]
      envelope = Envelope.open(frames, Signer.new(vector["key"]))
      header = JSON.parse(vector["header"])
      assert_equal header.values_at("msg_id", "msg_type"), [envelope.id, envelope.type]
      assert_equal vector["header"].b, envelope.header.b
      assert_equal JSON.parse(vector["metadata"]), envelope.metadata
      assert_equal [JSON.parse(vector["parent_header"])["msg_id"]], [envelope.parent_id]
      assert_equal JSON.parse(vector["content"]), without_buffers(envelope)
    end
  end

  VECTORS["invalid"].each do |vector|
    define_method("test_#{vector["name"].gsub(/\W+/, "_")}_is_refused_as_#{vector["error"]}") do
      type = Envelope.const_get(vector["error"].split("_").map(&:capitalize).join)
      frames = vector["frames"].map { |frame| hex(frame) }
      assert_raises(type) { Envelope.open(frames, Signer.new(vector["key"])) }
    end
  end

  def test_bytes_are_put_back_in_their_places
    vector = VECTORS["valid"].find { |one| one["buffers"].any? }
    envelope = Envelope.open(vector["frames"].map { |frame| hex(frame) }, Signer.new(vector["key"]))
    value = envelope.content["value"]
    assert_equal [hex(vector["buffers"][0]), hex(vector["buffers"][1])], [value["image"], value["parts"][0]]
    assert_equal Encoding::BINARY, value["image"].encoding
  end

  def test_a_header_in_another_order_is_read_too
    signer = Signer.new("k")
    header = '{"version": "5.4", "msg_type": "pi\u006eg", "msg_id": "ü", "more": {"msg_type": "no"}}'.b
    envelope = Envelope.open(Envelope.seal(signer, header, header, "{}", "{}"), signer)
    assert_equal %w[ü ping ü], [envelope.id, envelope.type, envelope.parent_id]
  end

  def test_a_key_longer_than_a_block_is_hashed_first
    key = "k" * 100
    require "openssl"
    assert_equal OpenSSL::HMAC.hexdigest("SHA256", key, "abcd"), Signer.new(key).sign("a", "b", "c", "d")
  end

  def test_a_buffer_without_a_place_is_malformed
    signer = Signer.new("k")
    header = '{"msg_id":"a","msg_type":"b"}'
    frames = Envelope.seal(signer, header, "{}", '{"buffer_paths":[["x","y"]]}', "{}", ["b"])
    assert_raises(Envelope::Malformed) { Envelope.open(frames, signer).content }
  end

  private

  # The content as it was on the wire, where null stands for bytes.
  def without_buffers(envelope)
    content = envelope.content
    (envelope.metadata["buffer_paths"] || []).each { |path| content.dig(*path[0...-1])[path.last] = nil }
    content
  end
end
