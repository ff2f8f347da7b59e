# frozen_string_literal: true

require "support"
require "parley"

# A program that Parley did not start: what it is told when it cannot join.
class AttachingTest < Minitest::Test
  CONNECTION = { "protocol" => "1.0", "kernel_id" => "k-1", "transport" => "ipc", "key" => "00",
                 "max_message_bytes" => 1 << 20, "requests" => "ipc:///nowhere/r", "events" => "ipc:///nowhere/e",
                 "signature_scheme" => "hmac-sha256" }.freeze

  def test_a_token_holds_a_connection_file
    [CONNECTION, CONNECTION.merge("key" => "?>~"), CONNECTION.merge("key" => "ÿÿ")].each do |connection|
      assert_equal connection, Parley::Attachment.read("#{token(connection)}\n")
    end
  end

  def test_what_is_none_is_refused_with_what_mends_it
    whole = token(CONNECTION)
    ["parley-", "x", whole[0, 40], whole.delete_prefix("parley-"), token([1]), token({}), "parley-!!!!"].each do |wrong|
      error = assert_raises(Parley::Unavailable, wrong) { Parley.attach(wrong) }
      assert_match(/This is no token of Parley's.*parley attach --manifest/, error.message)
    end
  end

  def test_without_a_token_it_says_where_one_comes_from
    before = ENV.delete("PARLEY_TOKEN")
    error = assert_raises(Parley::Unavailable) { Parley.attach }
    assert_includes error.message, "PARLEY_TOKEN is not set"
  ensure
    ENV["PARLEY_TOKEN"] = before
  end

  def test_an_orchestrator_that_has_gone_is_told
    error = assert_raises(Parley::Unavailable) { Parley.attach(token(CONNECTION)) }
    assert_includes error.message, "The orchestrator of this token cannot be reached"
  end

  def test_a_command_that_is_not_there_is_told
    error = assert_raises(Parley::Unavailable) { Parley.attach(manifest: "plugin.json", command: "/nowhere/parley") }
    assert_includes error.message, "`/nowhere/parley attach` cannot be run"
  end

  def test_what_needs_an_orchestrator_says_to_attach_first
    error = assert_raises(Parley::Error) { Parley.call("a.b") }
    assert_includes error.message, "Parley.attach"
    Parley.detach # does nothing
  end

  private

  def token(connection)
    "parley-#{[JSON.generate(connection)].pack("m0").tr("+/", "-_").delete("=")}"
  end
end
