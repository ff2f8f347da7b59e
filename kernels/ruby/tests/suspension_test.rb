# frozen_string_literal: true

require "kernel_case"

# Where Ruby makes waiting difficult: each ends in a result or in an error that says what to do.
class SuspensionTest < KernelCase
  ADD = 'call("sum.of", { a: x, b: 10 })'

  {
    "inside Enumerator#next" => ["e = Enumerator.new { |y| 3.times { |x| y << #{ADD} } }; [e.next, e.next, e.next]",
                                 [10, 11, 12]],
    "inside a lazy enumerator" => ["(1..Float::INFINITY).lazy.map { |x| #{ADD} }.first(2)", [11, 12]],
    "inside sort_by" => ["[3, 1, 2].sort_by { |x| #{ADD} }", [1, 2, 3]],
    "inside sort" => ["[3, 1, 2].sort { |a, b| call('sum.of', { a: a, b: -b }) }", [1, 2, 3]],
    "inside gsub" => ["'12'.gsub(/./) { |c| x = c.to_i; #{ADD}.to_s }", "1112"],
    "inside a default proc" => ["Hash.new { |_, x| #{ADD} }[5]", 15],
    "inside method_missing" => [
      "o = Object.new; def o.method_missing(_, x) = Parley.call('sum.of', { a: x, b: 10 }); o.any(6)", 16
    ],
    "inside a fiber of the plugin's" => [
      "f = Fiber.new { x = 1; Fiber.yield #{ADD}; x = 2; #{ADD} }; [f.resume, f.resume]", [11, 12]
    ],
    "in a scheduled fiber" => [
      "q = Queue.new; [1, 2].each { |x| Fiber.schedule { q << #{ADD} } }; [q.pop, q.pop].sort", [11, 12]
    ],
    "in a thread" => ["x = 1; Thread.new { #{ADD} }.value", 11],
    "after a Mutex" => ["x = 1; Mutex.new.synchronize { 1 }; #{ADD}", 11]
  }.each do |where, (code, expected)|
    define_method("test_a_call_#{where.tr(" '", "__")}") do
      load %(provide("a.b") { #{code} })
      assert_equal expected, value("a.b")
    end
  end

  {
    "a call while a Mutex is held" => ["Mutex.new.synchronize { call('echo.it') }", "ThreadError", "Parley::Lock"],
    "Fiber.yield" => ["Fiber.yield 1", "FiberError", "cannot Fiber.yield"],
    "a transfer that does not come back" => ["Fiber.new { 1 }.transfer", "FiberError", "must transfer back"],
    "return" => ["return 5", "LocalJumpError", "leave it with next"],
    "throw" => ["throw :nothing", "UncaughtThrowError", "uncaught throw"]
  }.each do |what, (code, name, hint)|
    define_method("test_#{what.tr(" .", "__")}_is_a_clear_error") do
      load %(provide("a.b") { #{code} })
      error = failure("handler_error", "a.b")
      assert_equal name, error["ename"]
      assert_includes error["message"], hint
    end
  end

  {
    "sleep" => "sleep 0.2",
    "a queue" => "q = Queue.new; Thread.new { sleep 0.2; q << 1 }; q.pop",
    "a child process" => "system('sleep 0.2')",
    "a pipe" => "IO.popen('sleep 0.2; echo').read",
    "a thread" => "Thread.new { sleep 0.2 }.join; 1"
  }.each do |what, code|
    define_method("test_waiting_for_#{what.tr(" ", "_")}_does_not_hold_others_up") do
      load %(provide("a.slow") { #{code}; "slow" }\nprovide("a.quick") { "quick" })
      slow = @broker.send_call("a.slow")
      assert_equal "quick", value("a.quick")
      refute(@broker.messages.any? { |message| message.parent["msg_id"] == slow })
      assert_equal "slow", @broker.reply(slow).value
    end
  end

  def test_two_frames_contend_for_a_mutex_and_a_monitor
    load <<~RUBY
      require "monitor"
      LOCKS = { "mutex" => Mutex.new, "monitor" => Monitor.new }
      provide("a.with") { |which:| LOCKS[which].synchronize { sleep 0.05 } }
      provide("a.leave") { LOCKS["mutex"].lock; 1 }
    RUBY
    %w[mutex monitor].each do |which|
      ids = Array.new(3) { @broker.send_call("a.with", { "which" => which }) }
      assert(ids.all? { |id| @broker.reply(id).outcome == "ok" })
    end
    # What a frame leaves locked is unlocked with its end.
    2.times { value("a.leave") }
  end

  def test_timeout_raises_where_the_block_waits
    load %(require "timeout"\nprovide("a.b") { Timeout.timeout(0.05) { sleep 5 } })
    assert_equal "Timeout::Error", failure("handler_error", "a.b")["ename"]
  end

  def test_fiber_local_variables_do_not_pass_to_the_next_frame
    load %(provide("a.b") { Thread.current[:x].tap { Thread.current[:x] = 1 } })
    2.times { assert_nil value("a.b") }
  end
end
