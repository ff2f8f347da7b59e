# frozen_string_literal: true

require "kernel_case"

class ConfirmationTest < KernelCase
  OUTCOMES = { "stock" => { "outcome" => "ok" },
               "mail" => { "outcome" => "handler_error", "message" => "no paper", "ename" => "IOError" },
               "late" => { "outcome" => "timeout", "message" => "it has not answered" } }.freeze

  def test_an_emit_asks_for_confirmation_and_gives_what_became_of_it
    load <<~RUBY
      provide("a.emit") { |confirm:| emit("e:out", { id: 1 }, confirm: confirm, require: true, timeout: 2).to_h }
      provide("a.errors") do
        confirmation = emit("e:out", {}, confirm: :any)
        [confirmation.confirmed?, confirmation.errors.transform_values { |e| [e.class.name, e.message] }]
      end
    RUBY
    reply = { "subscriptions" => 3, "event_id" => "x", "confirmed" => false, "duplicate" => false,
              "outcomes" => OUTCOMES }
    @broker.answers["emit"] = ->(_) { ["ok", reply] }
    assert_equal reply, value("a.emit", { "confirm" => "all" })
    value("a.emit", { "confirm" => 2 })
    first, second = @broker.sent("emit")
    assert_equal({ "event" => "e:out", "confirm" => "all", "require" => true, "timeout" => 2 }, first.metadata)
    assert_equal({ "id" => 1 }, first.content)
    assert_equal 2, second.metadata["confirm"]
    assert_equal [false, { "mail" => ["Parley::HandlerError", "no paper"],
                           "late" => ["Parley::Timeout", "it has not answered"] }], value("a.errors")
    assert_equal({ "event" => "e:out", "confirm" => "any" }, @broker.sent("emit").last.metadata)
  end

  def test_an_emit_names_its_event_and_is_told_of_a_duplicate
    load <<~RUBY
      provide("a.emit") { emit("e:out", {}, event_id: "order-17") }
      provide("a.again") { |id:| emit("e:out", {}, confirm: :all, event_id: id).duplicate? }
    RUBY
    @broker.answers["emit"] = lambda do |message|
      confirmed = { "confirmed" => false, "duplicate" => true, "outcomes" => {} } if message.metadata["confirm"]
      ["ok", { "subscriptions" => 0, "event_id" => "order-17", **confirmed.to_h }]
    end
    assert_equal 0, value("a.emit")
    assert_equal true, value("a.again", { "id" => "order-17" })
    assert_equal [{ "event" => "e:out", "event_id" => "order-17" },
                  { "event" => "e:out", "confirm" => "all", "event_id" => "order-17" }],
                 @broker.sent("emit").map(&:metadata)
    assert_includes failure("handler_error", "a.again", { "id" => 17 })["message"], "event_id: is text, not 17"
  end

  def test_without_a_subscriber_it_is_there_at_once_and_required_it_is_an_error
    load <<~RUBY
      provide("a.emit") { |need:| c = emit("e:out", {}, confirm: :all, require: need); [c.subscriptions, c.outcomes] }
    RUBY
    @broker.answers["emit"] = lambda do |message|
      next ["no_provider", { "message" => "nobody listens" }] if message.metadata["require"]

      ["ok", { "subscriptions" => 0, "event_id" => "x", "confirmed" => true, "outcomes" => {} }]
    end
    assert_equal [0, {}], value("a.emit", { "need" => false })
    assert_equal "no_provider", failure("handler_error", "a.emit", { "need" => true })["cause"]["outcome"]
  end

  def test_the_frame_waits_for_the_confirmation_and_can_be_cancelled
    load <<~RUBY
      provide("a.emit") { emit("e:out", {}, confirm: :all).confirmed }
      provide("a.other") { "meanwhile" }
    RUBY
    @broker.answers.delete("emit")
    ids = Array.new(2) { @broker.send_call("a.emit") }
    assert_equal "meanwhile", value("a.other")
    @broker.wait { @broker.sent("emit").size == 2 }
    @broker.cancel(ids[0])
    assert_equal "cancelled", @broker.reply(ids[0]).outcome
    @broker.send_message("emit_reply", @broker.sent("emit")[1].header, { "outcome" => "ok" }, { "confirmed" => true })
    assert_equal true, @broker.reply(ids[1]).value
  end

  def test_options_that_are_wrong_are_named_and_nothing_is_sent
    load <<~RUBY
      BAD = [{ confirm: :most }, { confirm: 0 }, { confirm: true }, { require: true }, { timeout: 3 },
             { confirm: :all, timeout: 0 }, { confirm: :all, timeout: "1" }, { confirms: :all }]
      provide("a.bad") do
        BAD.map { |options| emit("e:out", {}, **options) rescue "\#{$!.class}: \#{$!.message}" }
      end
    RUBY
    errors = value("a.bad")
    ["ArgumentError: confirm is :all, :any or a number of subscribers, 1 or more, not :most",
     "1 or more, not 0", "1 or more, not true", "go with confirm:", "go with confirm:", "Parley::Timeout",
     "timeout is in seconds, a number above 0, not \"1\"", "confirms:, which is not known"].zip(errors) do |part, error|
      assert_includes error, part
    end
    assert_empty @broker.sent("emit")
  end
end
