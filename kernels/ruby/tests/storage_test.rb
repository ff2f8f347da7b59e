# frozen_string_literal: true

require "kernel_case"

class StorageTest < KernelCase
  BLOB = "sha256:#{"a" * 64}".freeze

  def test_each_operation_is_sent_as_specified
    {
      'storage.get("k")' => [{ "op" => "get", "key" => "k" },
                             { "found" => true, "value" => { "a" => 1 }, "version" => 3 }, { "a" => 1 }],
      'storage.get(:k, "none")' => [{ "op" => "get", "key" => "k" }, { "found" => false }, "none"],
      'storage.get("k", 5).inspect' => [{ "op" => "get", "key" => "k" },
                                        { "found" => true, "value" => nil, "version" => 1 }, "nil"],
      'storage.entry("k").to_h' => [{ "op" => "get", "key" => "k" },
                                    { "found" => true, "value" => nil, "version" => 3 },
                                    { "key" => "k", "value" => nil, "version" => 3 }],
      'storage.entry("k").inspect' => [{ "op" => "get", "key" => "k" }, { "found" => false }, "nil"],
      'storage.set("k", { b: [1, nil] })' => [{ "op" => "set", "key" => "k", "value" => { "b" => [1, nil] } },
                                              { "version" => 4 }, 4],
      'storage.set("k", nil)' => [{ "op" => "set", "key" => "k", "value" => nil }, { "version" => 5 }, 5],
      'storage.delete("k")' => [{ "op" => "delete", "key" => "k" }, { "deleted" => false }, false],
      'storage.list("p:").map(&:to_a)' => [{ "op" => "list", "prefix" => "p:" },
                                           { "entries" => [{ "key" => "p:a", "value" => 1, "version" => 2 }] },
                                           [["p:a", 1, 2]]],
      "storage.list" => [{ "op" => "list", "prefix" => "" }, { "entries" => [] }, []],
      'storage.compare_and_set("k", "v", 0)' => [
        { "op" => "compare_and_set", "key" => "k", "version" => 0, "value" => "v" },
        { "swapped" => true, "version" => 7 }, 7
      ],
      'storage.compare_and_set("k", "v", 6).inspect' => [
        { "op" => "compare_and_set", "key" => "k", "version" => 6, "value" => "v" },
        { "swapped" => false, "version" => 7 }, "nil"
      ]
    }.each_with_index do |(code, (request, reply, result)), i|
      @broker.answers["storage_request"] = ->(_) { ["ok", reply] }
      assert_equal "ok", @broker.execute(%(provide("a.do#{i}") { #{code} })).outcome
      result.nil? ? assert_nil(value("a.do#{i}"), code) : assert_equal(result, value("a.do#{i}"), code)
      sent = @broker.sent("storage_request").last
      assert_equal [request, {}, []], [sent.content, sent.metadata, sent.buffers], code
    end
  end

  def test_blobs_travel_in_buffers
    load <<~RUBY
      provide("a.put") { |text:| storage.put_blob(text) }
      provide("a.get") { |reference:| storage.get_blob(reference) }
    RUBY
    @broker.answers["storage_request"] = lambda do |message|
      next ["ok", { "blob" => BLOB, "size" => 4 }] if message.content["op"] == "blob_put"

      ["ok", { "value" => nil }, ["\xFF\0".b]]
    end
    reference = value("a.put", { "text" => "Zoë" })
    assert_equal({ "blob" => BLOB, "size" => 4 }, reference)
    sent = @broker.sent("storage_request").last
    assert_equal [{ "op" => "blob_put", "value" => "Zoë".b }, { "buffer_paths" => [["value"]] }, ["Zoë".b]],
                 [sent.content, sent.metadata, sent.buffers]
    [reference, BLOB].each do |given|
      assert_equal ["\xFF\0".b], @broker.call("a.get", { "reference" => given }).buffers
      assert_equal({ "op" => "blob_get", "blob" => BLOB }, @broker.sent("storage_request").last.content)
    end
  end

  def test_a_refusal_raises_the_class_of_its_outcome
    load %(provide("a.set") { |as:| storage.set(as, 1) rescue $!.class.name })
    @broker.answers["storage_request"] = ->(message) { [message.content["key"], { "message" => "so" }] }
    { "permission_denied" => "PermissionDenied", "invalid_payload" => "InvalidPayload", "too_large" => "TooLarge",
      "no_provider" => "NoProvider", "unavailable" => "Unavailable" }.each do |outcome, name|
      assert_equal "Parley::#{name}", value("a.set", { "as" => outcome })
    end
  end

  def test_what_cannot_be_stored_is_an_error_before_it_is_sent
    load <<~RUBY
      provide("a.object") { storage.set("k", { rows: [Object.new] }) }
      provide("a.bytes") { storage.set("k", { image: "\\xFF".b }) }
      provide("a.large") { storage.put_blob("x" * 20_000_000) }
      provide("a.deep") { storage.set("k", 129.times.reduce(1) { |value, _| [value] }) }
      provide("a.key") { storage.get(5) }
      provide("a.text") { storage.set("\\xFF", 1) }
      provide("a.version") { storage.compare_and_set("k", 1, nil) }
      provide("a.blob") { storage.put_blob([1]) }
      provide("a.reference") { storage.get_blob({ "size" => 3 }) }
    RUBY
    assert_equal ["not_serializable", "$.rows[0]"], refusal("a.object")
    assert_equal ["not_serializable", "$.image"], refusal("a.bytes")
    assert_equal "too_large", refusal("a.large").first
    assert_equal "not_serializable", refusal("a.deep").first
    { "a.key" => "key is text, not 5", "a.text" => "key is text, not \"\\xFF\"",
      "a.version" => "version is what set or entry gave, or 0 for none, not nil",
      "a.blob" => "a blob is a String of bytes, not Array",
      "a.reference" => "a blob's reference is what put_blob gave" }.each do |method, text|
      error = failure("handler_error", method)
      assert_equal "ArgumentError", error["ename"]
      assert_includes error["message"], text
    end
    assert_empty @broker.sent("storage_request")
  end

  def test_a_value_may_have_as_many_levels_as_any_other
    load %(provide("a.deep") { storage.set("k", 128.times.reduce(1) { |value, _| [value] }) })
    @broker.answers["storage_request"] = ->(_) { ["ok", { "version" => 1 }] }
    assert_equal 1, value("a.deep")
  end

  def test_the_frame_waits_while_others_run_and_can_be_cancelled
    load %(provide("a.get") { storage.get("k") }\nprovide("a.other") { "meanwhile" })
    ids = Array.new(2) { @broker.send_call("a.get") }
    assert_equal "meanwhile", value("a.other")
    @broker.wait { @broker.sent("storage_request").size == 2 }
    first, second = @broker.sent("storage_request")
    assert_equal(ids, [first, second].map { |message| message.parent["msg_id"] })
    @broker.cancel(ids[0])
    assert_equal "cancelled", @broker.reply(ids[0]).outcome
    @broker.send_message("storage_reply", second.header, { "outcome" => "ok" }, { "found" => true, "value" => 2 })
    assert_equal 2, @broker.reply(ids[1]).value
  end

  def test_a_thread_stores_as_the_plugin_itself
    load %(provide("a.thread") { Thread.new { storage.set("k", 1) }.value })
    @broker.answers["storage_request"] = ->(_) { ["ok", { "version" => 9 }] }
    assert_equal 9, value("a.thread")
    assert_equal({}, @broker.sent("storage_request").last.parent)
  end

  private

  # @return [Array] outcome and path of what the SDK refused by itself
  def refusal(method)
    failure("handler_error", method)["cause"].values_at("outcome", "path")
  end
end
