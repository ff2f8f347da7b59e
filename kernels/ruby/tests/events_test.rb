# frozen_string_literal: true

require "kernel_case"

class EventsTest < KernelCase
  HANDLERS = <<~RUBY
    SEEN = []
    on("e:*") { |event| SEEN << ["pattern", event]; raise "bad" if event["bad"] }
    on("e:x") { |event| SEEN << ["exact", event, context.event, context.emitter, context.attempt, context.method] }
    provide("a.seen") { SEEN }
  RUBY

  def setup
    super
    @broker.topic("e:x")
  end

  def test_an_event_runs_the_handlers_of_all_subscriptions_in_order
    load HANDLERS
    reply = publish("e:x", { "v" => 1 })
    assert_equal ["ok", { "handlers" => 2 }], [reply.outcome, reply.content]
    assert_equal [["pattern", { "v" => 1 }], ["exact", { "v" => 1 }, "e:x", "test", 1, nil]], value("a.seen")
  end

  def test_a_handler_that_raises_does_not_keep_the_others_from_running
    load HANDLERS
    reply = publish("e:x", { "bad" => true })
    assert_equal %w[handler_error bad], [reply.outcome, reply.content["evalue"]]
    assert_equal %w[pattern exact], value("a.seen").map(&:first)
  end

  def test_several_errors_are_all_told
    load %(2.times { |i| on("e:x") { raise "no \#{i}" } })
    reply = publish("e:x")
    assert_equal(["no 0", "no 1"], reply.content["errors"].map { |error| error["evalue"] })
    assert_equal "no 0", reply.content["evalue"]
  end

  def test_subscribing_is_confirmed_before_it_returns_and_disposed_of_twice
    load <<~RUBY
      SUBSCRIPTION = on("e:x") { }
      call("echo.it", { subscribed: true })
      provide("a.off") { SUBSCRIPTION.dispose; SUBSCRIPTION.dispose; true }
    RUBY
    order = @broker.messages.map(&:type)
    assert_operator order.index("subscribe"), :<, order.index("call_request")
    publish("e:x")
    value("a.off")
    assert_equal(1, @broker.messages.count { |message| message.type == "unsubscribe" })
    id = @broker.publish("e:x")
    pong
    assert_empty @broker.of(id, "event_reply")
  end

  def test_events_wait_until_the_start_handlers_have_ended
    load_slowly = <<~RUBY
      SEEN = []
      on("e:x") { SEEN << "event" }
      on_start { call("start.it"); SEEN << "started" }
      provide("a.seen") { SEEN }
    RUBY
    id = nil
    @broker.services["start.it"] = lambda do |_|
      id = @broker.publish("e:x")
      @broker.settle
      ["ok", { "value" => nil }]
    end
    load load_slowly
    @broker.reply(id)
    assert_equal %w[started event], value("a.seen")
  end

  def test_with_grants_an_event_waits_for_its_turn
    @broker.grants = true
    load %(DEPTHS = []\non("e:x") { DEPTHS << context.depth }\nprovide("a.depths") { DEPTHS })
    @broker.grants = "ok"
    reply = publish("e:x")
    assert_equal "ok", reply.outcome
    assert_equal [reply.parent["msg_id"]], (@broker.messages.select do |m|
                                              m.type == "event_start"
                                            end.map { |m| m.parent["msg_id"] })
    assert_equal [3], value("a.depths")
    @broker.grants = "cancelled"
    id = @broker.publish("e:x")
    @broker.wait { |message| message.type == "event_start" && message.parent["msg_id"] == id }
    pong
    assert_empty @broker.of(id, "event_reply")
  end

  def test_a_jump_and_a_lost_tail_are_reported_once
    load HANDLERS
    publish("e:x", {}, sequence: 41)
    publish("e:x", {}, sequence: 45)
    assert_equal [["e:x", 3]], gaps
    2.times { @broker.send_message("ping", "{}", {}, { "events" => { "e:x" => 47, "e:never" => 9 } }) }
    @broker.wait { gaps.size == 2 }
    @broker.send_message("ping", "{}", {}, { "events" => { "e:x" => 47 } })
    @broker.settle(0.3)
    assert_equal [["e:x", 3], ["e:x", 2]], gaps
  end

  def test_a_directed_event_is_matched_by_name
    load HANDLERS
    id = @broker.send_message("event", "{}", { "event" => "e:y", "attempt" => 2 }, { "d" => 1 })
    assert_equal({ "handlers" => 1 }, @broker.reply(id).content)
  end

  def test_the_topics_of_a_pattern_change
    load HANDLERS
    subscription = @broker.messages.find { |m| m.content["pattern"] == "e:*" }.content["subscription"]
    update = { "subscription" => subscription, "add" => [@broker.topic("e:z")], "remove" => [], "nonce" => "n" }
    @broker.send_message("subscription_update", "{}", {}, update)
    pong
    assert_equal({ "handlers" => 1 }, publish("e:z").content)
    @broker.send_message("subscription_update", "{}", {}, update.merge("add" => [], "remove" => ["topic-e:z"]))
    pong
    id = @broker.publish("e:z")
    pong
    assert_empty @broker.of(id, "event_reply")
  end

  def test_an_event_with_the_wrong_key_is_dropped
    load HANDLERS
    @broker.publish("e:x", {}, key: "another")
    pong
    assert_empty value("a.seen")
  end

  def test_emit_gives_the_number_of_subscriptions
    load %(provide("a.emit") { emit("e:out", { "b" => "\\xFF".b }) })
    assert_equal 2, value("a.emit")
    sent = @broker.messages.find { |message| message.type == "emit" }
    assert_equal ["e:out", [["b"]], ["\xFF".b]], [sent.metadata["event"], sent.metadata["buffer_paths"], sent.buffers]
  end

  def test_patterns
    { "a:b" => %w[a:b], "a:*" => %w[a:b a:c], "a:**" => %w[a a:b a:c a:b:c], "**" => %w[a a:b a:c a:b:c],
      "*:b" => %w[a:b] }.each do |pattern, expected|
      assert_equal(expected, %w[a a:b a:c a:b:c].select { |event| Parley::Events.match?(pattern, event) }, pattern)
    end
  end

  private

  def publish(event, payload = {}, **options)
    @broker.reply(@broker.publish(event, payload, **options))
  end

  def gaps
    @broker.messages.select do |message|
      message.type == "event_gap"
    end.map { |message| message.content.values_at("event", "missed") }
  end
end
