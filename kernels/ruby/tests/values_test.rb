# frozen_string_literal: true

require "support"
require "set"

class ValuesTest < Minitest::Test
  include Hex
  include Parley

  VECTORS = Vectors.read("values")

  VECTORS["faithful"].each do |vector|
    define_method("test_#{vector["name"].gsub(/\W+/, "_")}_survives") do
      value = Values.decode(vector["json"].b)
      encoded = Values.encode(value)
      assert_empty encoded.buffers
      assert_same_value JSON.parse(vector["json"], max_nesting: 200), Values.decode(encoded.json)
      # Both ways of encoding agree.
      assert_equal encoded.json, Values::Encoder.new([], nil).encode(value).json
    end
  end

  VECTORS["bytes"].each do |vector|
    define_method("test_bytes_#{vector["name"].gsub(/\W+/, "_")}_travel_in_a_buffer") do
      encoded = Values.encode({ "a" => [1, hex(vector["hex"])] }, root: ["value"])
      assert_equal ['{"a":[1,null]}', [hex(vector["hex"])], [["value", "a", 1]]], encoded.to_a
      content = Values.decode_content(%({"value":#{encoded.json}}), encoded.buffers, encoded.paths)
      assert_equal hex(vector["hex"]), content["value"]["a"][1]
    end
  end

  VECTORS["unfaithful"].each do |vector|
    define_method("test_#{vector["name"].gsub(/\W+/, "_")}_is_not_serializable") do
      error = assert_raises(NotSerializable) { Values.encode({ "x" => [make(vector["make"])] }) }
      assert error.path.start_with?("$.x[0]"), error.path unless vector["make"].start_with?("deep")
    end
  end

  VECTORS["invalid"].each do |vector|
    define_method("test_invalid_#{vector["name"].gsub(/\W+/, "_")}_is_refused") do
      assert_raises(Values::Invalid) { Values.decode(hex(vector["json_hex"])) }
    end
  end

  def test_surrogates_alone_are_refused_and_pairs_are_not
    ['"\ude00"', '"\ud83dx"', '"a\ud83d\ud83d\ude00"'].each do |text|
      assert_raises(Values::Invalid, text) { Values.decode(text) }
    end
    assert_equal "😀", Values.decode('"\ud83d\ude00"')
  end

  def test_the_path_names_the_value
    value = { rows: [1, 2, 3, { "when" => Time.now }] }
    assert_equal "$.rows[3].when", assert_raises(NotSerializable) { Values.encode(value) }.path
    assert_equal '$["a b"]', assert_raises(NotSerializable) { Values.encode({ "a b" => Set.new }) }.path
  end

  def test_symbols_are_text_and_other_encodings_are_converted
    assert_equal '{"a":"b","c":"Zürich"}', Values.encode({ a: :b, c: "Zürich".encode("ISO-8859-1") }).json
  end

  def test_two_keys_that_are_the_same_text_are_refused
    assert_raises(NotSerializable) { Values.encode({ "a" => 1, a: 2 }) }
  end

  def test_a_small_value_that_would_unfold_without_end_is_too_large
    value = 60.times.reduce([1]) { |inner, _| [inner, inner] }
    assert_raises(TooLarge) { Values.encode(value, limit: 100_000) }
  end

  def test_patched_json_does_not_matter
    patch = Module.new { def to_json(*) = raise("patched") }
    text = Class.new(String) { include patch }.new("x")
    assert_equal '["x"]', Values.encode([text]).json
  end

  private

  # Integers stay integers, floats are compared by value.
  def assert_same_value(expected, got)
    expected.nil? ? assert_nil(got) : assert_equal(expected, got)
    assert_kind_of expected.class, got
    assert_equal expected.keys, got.keys if expected.is_a?(Hash)
  end

  def make(what)
    case what
    when "nan" then Float::NAN
    when "inf" then Float::INFINITY
    when "-inf" then -Float::INFINITY
    when /\Aint:(.+)/ then Integer(::Regexp.last_match(1))
    when "function" then -> {}
    when "cycle" then [].tap { |list| list << list }
    when /\Adeep:(\d+)/ then (::Regexp.last_match(1).to_i - 1).times.reduce([]) { |inner, _| [inner] }
    when "broken_utf8" then "\xFF"
    when "bad_key" then { 1 => 2 }
    else flunk "nobody knows how to make #{what}"
    end
  end
end
