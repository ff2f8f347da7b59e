# frozen_string_literal: true

require "kernel_case"

class DirectedTest < KernelCase
  SEEN = <<~RUBY
    SEEN = []
    on("e:*") { |event| SEEN << ["pattern", event] }
    on("e:x") { |event| SEEN << ["exact", event] }
    provide("a.seen") { SEEN }
  RUBY

  def test_it_runs_the_handlers_of_the_subscriptions_that_it_names
    load SEEN
    exact = @broker.subscription_to("e:x")
    assert_equal ["ok", { "handlers" => 1 }], outcome_of(direct("subscriptions" => [exact, "s99"]))
    assert_equal [["exact", {}]], value("a.seen")
    assert_equal({ "handlers" => 0 }, direct("subscriptions" => []).content)
  end

  def test_without_a_list_it_runs_those_whose_pattern_matches
    load SEEN
    assert_equal({ "handlers" => 2 }, direct.content)
    assert_equal %w[pattern exact], value("a.seen").map(&:first)
  end

  def test_it_has_no_part_in_the_sequence_of_an_event
    load SEEN
    @broker.reply(@broker.publish("e:x"))
    direct("sequence" => 40)
    @broker.reply(@broker.publish("e:x"))
    pong
    assert_empty @broker.sent("event_gap")
  end

  def test_the_context_tells_how_it_was_delivered
    load <<~RUBY
      SEEN = []
      on("e:x") { c = context; SEEN << [c.retained, c.retained?, c.delivery, c.attempt, c.event_id] }
      provide("a.seen") { SEEN }
    RUBY
    direct("delivery" => "durable", "attempt" => 3, "event_id" => "e-7")
    direct("retained" => true)
    @broker.reply(@broker.publish("e:x"))
    assert_equal [[false, false, "durable", 3, "e-7"], [true, true, nil, 1, "e"], [false, false, nil, 1, "e"]],
                 value("a.seen")
  end

  def test_with_grants_it_waits_for_its_turn
    @broker.grants = true
    load SEEN
    @broker.grants = "ok"
    reply = direct("delivery" => "queued")
    assert_equal([reply.parent["msg_id"]], @broker.sent("event_start").map { |message| message.parent["msg_id"] })
  end

  def test_it_waits_until_the_start_handlers_have_ended
    id = nil
    @broker.services["start.it"] = lambda do |_|
      id = @broker.direct("e:x", {}, "subscriptions" => [@broker.subscription_to("e:x")], "retained" => true)
      ["ok", { "value" => nil }]
    end
    load %(#{SEEN}on_start { call("start.it"); SEEN << "started" })
    @broker.reply(id)
    assert_equal ["started", ["exact", {}]], value("a.seen")
  end

  def test_a_handler_hands_the_event_back
    load <<~RUBY
      on("e:x") do |event|
        case event["how"]
        when "options" then raise Parley::Nack, delay: 30
        when "new" then raise Parley::Nack.new("busy", delay: 0.5)
        when "number" then raise Parley::Nack, 0
        when "later" then raise Parley::Nack
        when "reject" then raise Parley::Reject, "no such order"
        end
      rescue Parley::Error
        "these are not outcomes"
      end
    RUBY
    { "options" => ["nack", 30, "Nack", "not now: try again in 30 seconds"], "new" => ["nack", 0.5, "Nack", "busy"],
      "number" => ["nack", 0, "Nack", "not now: try again in 0 seconds"],
      "later" => ["nack", nil, "Nack", "not now: try again later"],
      "reject" => ["reject", nil, "Reject", "no such order"] }.each do |how, (disposition, delay, name, text)|
      reply = @broker.reply(@broker.direct("e:x", { "how" => how }))
      expected = { "outcome" => "handler_error", "disposition" => disposition, "delay" => delay }.compact
      assert_equal expected, reply.metadata
      assert_equal [name, text], reply.content.values_at("ename", "message")
    end
    assert_equal "ok", direct.outcome
  end

  def test_a_broadcast_event_is_answered_the_same
    load %(on("e:x") { raise Parley::Nack, delay: 1 })
    reply = @broker.reply(@broker.publish("e:x"))
    assert_equal({ "outcome" => "handler_error", "disposition" => "nack", "delay" => 1 }, reply.metadata)
  end

  def test_of_several_errors_a_reject_goes_before_a_nack_and_a_nack_before_any_other
    load <<~RUBY
      ERRORS = { "plain" => [RuntimeError, "plain"], "nack" => [Parley::Nack, 5], "reject" => [Parley::Reject, "never"] }
      3.times { |i| on("e:x") { |event| (name = event["fail"][i]) && raise(*ERRORS[name]) } }
    RUBY
    { %w[plain nack reject] => "reject", %w[nack reject plain] => "reject", %w[plain nack] => "nack",
      %w[nack plain nack] => "nack", %w[plain plain] => nil, ["plain"] => nil }.each do |fail, disposition|
      reply = @broker.reply(@broker.direct("e:x", { "fail" => fail }))
      expected = { "outcome" => "handler_error", "disposition" => disposition }.compact
      expected["delay"] = 5 if disposition == "nack"
      assert_equal expected, reply.metadata
      assert_equal (disposition || "RuntimeError").capitalize.sub("error", "Error"), reply.content["ename"]
      names = { "plain" => "RuntimeError", "nack" => "Nack", "reject" => "Reject" }.values_at(*fail)
      names.one? ? assert_nil(reply.content["errors"]) : assert_equal(names, names_of(reply))
    end
  end

  def test_a_delay_is_a_number_of_seconds
    load <<~RUBY
      provide("a.bad") { [-1, "soon", Float::NAN, nil].map { |d| Parley::Nack.new(delay: d).delay rescue $!.message } }
    RUBY
    assert_equal ["delay is in seconds, a number of 0 or more, not -1",
                  "delay is in seconds, a number of 0 or more, not \"soon\"",
                  "delay is in seconds, a number of 0 or more, not NaN", nil], value("a.bad")
  end

  private

  def direct(metadata = {})
    @broker.reply(@broker.direct("e:x", {}, **metadata))
  end

  def outcome_of(reply)
    [reply.outcome, reply.content]
  end

  def names_of(reply)
    reply.content["errors"].map { |error| error["ename"] }
  end
end
