# frozen_string_literal: true

require "kernel_case"

class CallsTest < KernelCase
  CLASSES = %w[HandlerError NoProvider PermissionDenied InvalidPayload InvalidReply Timeout Cancelled KernelDied
               Unavailable Overloaded RateLimited Deadlock DepthExceeded TooLarge NotSerializable].freeze

  def test_parameters_come_as_keywords_or_as_one_hash
    load <<~RUBY
      provide("a.keywords") { |x:, y: 2| [x, y] }
      provide("a.hash") { |params| params }
      provide("a.rest") { |**rest| rest.keys.map(&:to_s) }
      provide("a.nothing") { "nothing" }
      provide("a.callable", ->(x:) { x })
    RUBY
    assert_equal [1, 2], value("a.keywords", { "x" => 1 })
    assert_equal({ "q" => nil }, value("a.hash", { "q" => nil }))
    assert_equal %w[q], value("a.rest", { "q" => 1 })
    assert_equal "nothing", value("a.nothing")
    assert_equal 5, value("a.callable", { "x" => 5 })
  end

  def test_parameters_that_do_not_fit_are_named
    load %(provide("a.b") { |x:, y: 2| }\nprovide("a.none") { })
    error = failure("invalid_payload", "a.b", { "x" => 1, "z/z" => 2 })
    assert_equal ["/z~1z", "x, y", "z/z"], error.values_at("pointer", "expected", "got")
    assert_equal "/x", failure("invalid_payload", "a.b", {})["pointer"]
    assert_includes failure("invalid_payload", "a.none", { "z" => 1 })["message"], "takes no parameter z"
  end

  def test_a_call_waits_while_others_run_and_replies_come_in_any_order
    load %(provide("a.hold") { |tag:| "\#{tag}\#{call("hold.it", { tag: tag })}" })
    @broker.services["hold.it"] = ->(_) {}
    ids = %w[a b c].map { |tag| @broker.send_call("a.hold", { "tag" => tag }) }
    asked = (1..3).map { |i| @broker.asked("hold.it", i) }
    asked.reverse_each { |message| @broker.answer(message, message.content["tag"].upcase) }
    assert_equal(%w[aA bB cC], ids.map { |id| @broker.reply(id).value })
    assert_equal(ids, asked.map { |message| message.parent["msg_id"] })
  end

  def test_a_kernel_is_called_back_while_it_waits
    load %(provide("a.factorial") { |n:| n < 2 ? 1 : n * call("a.factorial", { n: n - 1 }) })
    assert_equal 2_432_902_008_176_640_000, value("a.factorial", { "n" => 20 })
  end

  def test_bytes_travel_in_buffers_both_ways
    load <<~RUBY
      provide("a.bytes") { |b:| { "back" => b.reverse, "encoding" => b.encoding.name } }
      provide("a.send") { call("echo.it", { image: "\\xFF\\x00".b }); nil }
    RUBY
    reply = @broker.call("a.bytes", { "b" => nil }, metadata: { "buffer_paths" => [["b"]] }, buffers: ["\x00\xFFab".b])
    assert_equal ["ba\xFF\x00".b], reply.buffers
    assert_equal [%w[value back]], reply.metadata["buffer_paths"]
    assert_equal "BINARY", reply.value["encoding"].sub("ASCII-8BIT", "BINARY")
    @broker.services["echo.it"] = ->(_) { ["ok", { "value" => nil }] }
    value("a.send")
    assert_equal [["\xFF\x00".b], [["image"]]],
                 [@broker.asked("echo.it").buffers, @broker.asked("echo.it").metadata["buffer_paths"]]
  end

  def test_what_cannot_be_sent_is_an_error_before_it_is_sent
    load <<~RUBY
      provide("a.result") { { rows: [1, Object.new] } }
      provide("a.parameters") { call("echo.it", { x: Object.new }) }
      provide("a.array") { call("echo.it", [1]) }
      provide("a.late") { call("echo.it", {}, timeout: 0) }
      provide("a.braces") { call("echo.it", x: 1) }
    RUBY
    assert_equal "$.rows[1]", failure("not_serializable", "a.result")["path"]
    { "a.parameters" => "NotSerializable", "a.array" => "InvalidPayload", "a.late" => "Timeout",
      "a.braces" => "ArgumentError" }.each do |method, name|
      assert_equal name, failure("handler_error", method)["ename"]
    end
    assert_empty(@broker.messages.select { |message| message.type == "call_request" })
  end

  def test_a_cancel_is_raised_where_the_frame_waits_and_cleaning_up_may_call
    load <<~RUBY
      SEEN = []
      provide("a.wait") do
        call("wait.forever")
      rescue Parley::Cancelled => e
        SEEN << e.reason << context.cancelled
        raise
      ensure
        SEEN << call("echo.it", { cleaned: true })
      end
      provide("a.sleep") { sleep }
      provide("a.seen") { SEEN }
    RUBY
    id = @broker.send_call("a.wait")
    @broker.asked("wait.forever")
    @broker.cancel(id, "timeout")
    assert_equal "cancelled", @broker.reply(id).outcome
    assert_equal ["timeout", true, { "cleaned" => true }], value("a.seen")
    assert_empty @broker.of(id, "cancel"), "the orchestrator cancels what a cancelled frame had called"
    id = @broker.send_call("a.sleep")
    pong
    @broker.cancel(id)
    assert_equal "cancelled", @broker.reply(id).outcome
    @broker.cancel("a.frame that is not there")
  end

  def test_a_call_that_is_given_up_is_cancelled
    load <<~RUBY
      require "timeout"
      provide("a.up") { Timeout.timeout(0.05) { call("wait.forever") } }
    RUBY
    id = @broker.send_call("a.up")
    assert_equal "Timeout::Error", @broker.reply(id).content["ename"]
    asked = @broker.asked("wait.forever")
    assert_equal [asked.id], (@broker.of(id, "cancel").map { |message| message.metadata["call"] })
    @broker.answer(asked, "late")
    pong
  end

  def test_each_outcome_is_a_class_with_its_fields
    load <<~RUBY
      provide("a.try") do |outcome:|
        call("fails.as", { outcome: outcome })
      rescue Parley::Error => e
        [e.class.name, e.outcome, e.message, (e.retry_after if e.respond_to?(:retry_after)), (e.cycle if e.respond_to?(:cycle))]
      end
    RUBY
    error = { "message" => "so", "retry_after" => 3, "cycle" => ["a"] }
    @broker.services["fails.as"] = ->(params) { [params["outcome"], error] }
    (CLASSES + ["Error"]).each do |name|
      outcome = name == "Error" ? "from_the_future" : name.gsub(/(?<!\A)[A-Z]/, "_\\0").downcase
      got = value("a.try", { "outcome" => outcome })
      assert_equal ["Parley::#{name}", outcome, "so"], got.first(3)
      assert_equal 3, got[3] if %w[Overloaded RateLimited Unavailable].include?(name)
      assert_equal ["a"], got[4] if name == "Deadlock"
    end
  end

  def test_locks_are_asked_for_and_given_back
    load <<~RUBY
      provide("a.block") { lock("one") { call("echo.it", { in: true }) } }
      provide("a.object") { Parley::Lock.new("two").synchronize(timeout: 3) { 2 } }
      provide("a.left") { lock("three").lock; 3 }
    RUBY
    value("a.block")
    value("a.object")
    value("a.left")
    sent = @broker.messages.select { |message| %w[lock_request unlock].include?(message.type) }
    assert_equal(%w[one one two two three three], sent.map { |message| message.content["name"] })
    assert_equal(%w[lock_request unlock] * 3, sent.map(&:type))
    assert_equal 3, sent[2].metadata["timeout"]
  end

  def test_progress_and_log_reach_the_orchestrator_and_progress_its_caller
    load <<~RUBY
      provide("a.reports") { progress(0.5, "half"); log("told", level: :warning, rows: 3); true }
      provide("a.hears") { heard = []; call("tells.it", {}, on_progress: ->(*about) { heard << about }); heard }
    RUBY
    id = @broker.send_call("a.reports")
    @broker.reply(id)
    assert_equal({ "fraction" => 0.5, "message" => "half" }, @broker.of(id, "progress")[0].content)
    assert_equal({ "level" => "warning", "message" => "told", "fields" => { "rows" => 3 } },
                 @broker.of(id, "log")[0].content)
    @broker.services["tells.it"] = ->(_) {}
    id = @broker.send_call("a.hears")
    asked = @broker.asked("tells.it")
    @broker.send_message("progress", asked.header, {}, { "fraction" => 0.1, "message" => "begun" })
    @broker.answer(asked, 1)
    assert_equal [[0.1, "begun"]], @broker.reply(id).value
  end

  def test_context_tells_about_the_frame
    load <<~RUBY
      provide("a.context") { c = context; [c.plugin, c.method, c.caller, c.depth, c.tenant, c.deadline.between?(29, 30), c.cancelled, settings] }
    RUBY
    assert_equal ["tested", "a.context", "test", 1, "default", true, false, {}], value("a.context")
  end

  def test_what_is_provided_can_be_taken_back_twice
    load %(TAKEN = provide("a.gone") { 1 }\nprovide("a.take") { TAKEN.dispose; TAKEN.dispose; 1 })
    assert_equal 1, value("a.gone")
    value("a.take")
    failure("no_provider", "a.gone")
    assert_equal(1, @broker.messages.count { |message| message.type == "withdraw" })
  end

  def test_a_thread_calls_as_the_plugin_itself
    load %(provide("a.thread") { Thread.new { call("sum.of", { a: 1, b: 2 }) }.value })
    assert_equal 3, value("a.thread")
    assert_equal({}, @broker.asked("sum.of").parent)
  end

  def test_large_messages_cross
    load %(provide("a.echo") { |x:| x })
    text = "x" * 300_000
    ids = Array.new(20) { @broker.send_call("a.echo", { "x" => text }) }
    assert(ids.all? { |id| @broker.reply(id).value == text })
  end

  def test_what_is_too_large_is_not_sent
    load %(provide("a.big") { |n:| "x" * n }\nprovide("a.asks") { call("echo.it", { x: "x" * 20_000_000 }) })
    error = failure("too_large", "a.big", { "n" => 17_000_000 })
    assert_operator error["size"], :>, error["limit"]
    assert_equal "too_large", failure("handler_error", "a.asks")["cause"]["outcome"]
  end
end
