# frozen_string_literal: true

require "kernel_case"

# What is told of a frame that the orchestrator asks about.
class WaitsTest < KernelCase
  def setup
    super
    %w[one.it two.it items.of].each { |method| @broker.services[method] = ->(_) {} }
  end

  # @return [Array] of the latest that was told of a frame, each request with its items
  def told(frame, number)
    @broker.wait { @broker.of(frame, "waiting").size >= number }
    @broker.of(frame, "waiting")[number - 1].content["requests"].map { |one| one.values_at("msg_id", "items") }
  end

  # The kernel has dealt with all that came before the second, and has said what follows from it.
  def assert_told(frame, number)
    2.times { value("a.quick") }
    assert_equal number, @broker.of(frame, "waiting").size
  end

  def load(code)
    super(%(provide("a.b") { #{code} }\nprovide("a.quick") { 1 }))
  end

  def item(request, sequence)
    @broker.send_message("yield_item", request.header, { "sequence" => sequence }, { "value" => sequence })
  end

  def test_a_frame_waits_for_its_call_and_the_next_is_told_without_asking
    load 'call("one.it"); call("two.it")'
    frame = @broker.send_call("a.b")
    one = @broker.asked("one.it")
    assert_told frame, 0
    @broker.query(frame)
    assert_equal [[one.id, 0]], told(frame, 1)
    @broker.answer(one, 1)
    assert_equal [[@broker.asked("two.it").id, 0]], told(frame, 2)
    @broker.answer(@broker.asked("two.it"), 2)
    assert_equal 2, @broker.reply(frame).value
  end

  def test_of_a_stream_it_waits_for_what_comes_after_so_many_items
    load 'stream("items.of").map { |n| n == 1 ? call("one.it") : n }'
    frame = @broker.send_call("a.b")
    items = @broker.asked("items.of")
    @broker.query(frame)
    assert_equal [[items.id, 0]], told(frame, 1)
    item(items, 0)
    assert_equal [[items.id, 1]], told(frame, 2)
    item(items, 1)
    one = @broker.asked("one.it")
    assert_equal [[one.id, 0]], told(frame, 3)
    item(items, 2)
    assert_told frame, 3
    @broker.answer(one, "one")
    assert_equal [[items.id, 3]], told(frame, 4)
    @broker.answer(items, nil)
    assert_equal [0, "one", 2], @broker.reply(frame).value
  end

  def test_a_lock_and_an_emit_are_told_too
    @broker.answers["emit"] = ->(_) {}
    load 'lock("L") { emit("a:b", {}, confirm: :all) }'
    frames = [@broker.send_call("a.b"), @broker.send_call("a.b")]
    requests = [@broker.wait { |message| message.type == "emit" },
                @broker.wait { |message| message.type == "lock_request" && message.parent["msg_id"] == frames[1] }]
    frames.zip(requests) do |frame, request|
      @broker.query(frame)
      assert_equal [[request.id, 0]], told(frame, 1)
    end
  end

  def test_calls_at_once_are_told_together_and_what_is_left_of_them_later
    load "q = Queue.new; %w[one.it two.it].each { |m| Fiber.schedule { q << call(m) } }; [q.pop, q.pop]"
    frame = @broker.send_call("a.b")
    one = @broker.asked("one.it")
    two = @broker.asked("two.it")
    @broker.query(frame)
    assert_equal [[one.id, 0], [two.id, 0]].sort, told(frame, 1).sort
    @broker.answer(one, 1)
    assert_equal [[two.id, 0]], told(frame, 2)
    @broker.answer(two, 2)
    assert_equal [1, 2], @broker.reply(frame).value
  end

  {
    "a timeout" => 'require "timeout"; Timeout.timeout(60) { call("one.it") }',
    "a fiber that sleeps" => 'Fiber.schedule { sleep 60 }; call("one.it")',
    "a fiber that reads" => 'r, w = IO.pipe; Fiber.schedule { r.read(1) }; call("one.it"); w.close',
    "a thread that may fill its queue" =>
      'q = Queue.new; Thread.new { sleep 60; q << 1 }; Fiber.schedule { call("one.it") }; q.pop'
  }.each do |what, code|
    define_method("test_nothing_is_told_of_a_frame_that_has_#{what.tr(" ", "_")}") do
      load code
      frame = @broker.send_call("a.b")
      @broker.asked("one.it")
      @broker.query(frame)
      assert_told frame, 0
    end
  end

  def test_nothing_is_told_of_a_frame_that_waits_for_storage_or_has_ended
    load 'storage.get("key")'
    frame = @broker.send_call("a.b")
    @broker.wait { |message| message.type == "storage_request" }
    @broker.query(frame)
    @broker.query(@broker.send_call("a.quick"))
    assert_told frame, 0
    assert_empty @broker.sent("waiting")
  end
end
