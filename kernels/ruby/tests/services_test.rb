# frozen_string_literal: true

require "kernel_case"

class ServicesTest < KernelCase
  LISTED = [{ "method" => "tax.rate", "plugin" => "tax", "language" => "python", "stream" => false,
              "available" => true, "from_the_future" => 1 },
            { "method" => "tax.rows", "plugin" => "tax", "language" => "python", "stream" => true,
              "available" => false }].freeze
  CONTRIBUTED = [{ "id" => "c1", "plugin" => "bold", "language" => "lua",
                   "methods" => { "title" => "bold.title", "run" => "bold.run" }, "data" => { "key" => "b" } },
                 { "id" => "c2", "plugin" => "sum", "language" => "perl", "methods" => { "title" => "sum.title" },
                   "data" => {} }].freeze

  def test_services_lists_what_may_be_called
    load <<~RUBY
      provide("a.all") { services.map { |s| [s.method, s.plugin, s.language, s.stream?, s.available?, s["available"]] } }
      provide("a.some") { services("tax.*").map(&:to_h) }
    RUBY
    @broker.answers["services_request"] = ->(_) { ["ok", { "services" => LISTED }] }
    assert_equal [["tax.rate", "tax", "python", false, true, true], ["tax.rows", "tax", "python", true, false, false]],
                 value("a.all")
    assert_equal LISTED[1], value("a.some")[1]
    assert_equal [{}, { "pattern" => "tax.*" }], @broker.sent("services_request").map(&:content)
    assert(@broker.sent("services_request").all? { |message| message.metadata.empty? })
  end

  def test_wait_for_suspends_the_frame_until_the_method_can_be_called
    load <<~RUBY
      provide("a.wait") { wait_for("tax.rate", timeout: 3).inspect }
      provide("a.other") { "meanwhile" }
    RUBY
    id = @broker.send_call("a.wait")
    assert_equal "meanwhile", value("a.other")
    asked = @broker.wait { |message| message.type == "service_wait" }
    assert_equal [{ "timeout" => 3 }, { "method" => "tax.rate" }, id],
                 [asked.metadata, asked.content, asked.parent["msg_id"]]
    @broker.send_message("service_wait_reply", asked.header, { "outcome" => "ok" }, {})
    assert_equal "nil", @broker.reply(id).value
  end

  def test_wait_for_is_refused_and_cancelled
    load <<~RUBY
      provide("a.wait") do |method:, **options|
        wait_for(method, **options)
      rescue Parley::Timeout, Parley::PermissionDenied => e
        e.class.name
      end
    RUBY
    @broker.answers["service_wait"] = lambda do |message|
      outcome = message.content["method"]
      [outcome, { "message" => "so" }] unless outcome == "nothing"
    end
    assert_equal "Parley::Timeout", value("a.wait", { "method" => "timeout" })
    assert_equal "Parley::PermissionDenied", value("a.wait", { "method" => "permission_denied" })
    assert_equal "Parley::Timeout", value("a.wait", { "method" => "ok", "timeout" => 0 })
    id = @broker.send_call("a.wait", { "method" => "nothing" })
    @broker.wait { @broker.sent("service_wait").size == 3 }
    @broker.cancel(id)
    assert_equal "cancelled", @broker.reply(id).outcome
    @broker.send_message("service_wait_reply", @broker.sent("service_wait").last.header, { "outcome" => "ok" }, {})
    pong
  end

  def test_outside_of_a_frame_the_parent_is_empty
    load %(provide("a.thread") { Thread.new { wait_for("tax.rate"); services.size }.value })
    @broker.answers["service_wait"] = ->(_) { ["ok", {}] }
    @broker.answers["services_request"] = ->(_) { ["ok", { "services" => [] }] }
    assert_equal 0, value("a.thread")
    assert_equal [{}, {}], (@broker.sent("service_wait") + @broker.sent("services_request")).map(&:parent)
    assert_equal({}, @broker.sent("service_wait").first.metadata)
  end

  def test_contributions_come_in_order_and_are_called
    load <<~RUBY
      provide("a.titles") do
        contributions("editor.commands").map do |one|
          [one.id, one.plugin, one.language, one.data, one.call(:title, { long: true }, timeout: 2)]
        end
      end
    RUBY
    @broker.answers["contributions_request"] = ->(_) { ["ok", { "contributions" => CONTRIBUTED }] }
    @broker.services["bold.title"] = ->(params) { ["ok", { "value" => params }] }
    @broker.services["sum.title"] = ->(_) { ["ok", { "value" => "Sum" }] }
    assert_equal [["c1", "bold", "lua", { "key" => "b" }, { "long" => true }], ["c2", "sum", "perl", {}, "Sum"]],
                 value("a.titles")
    assert_equal [{ "point" => "editor.commands" }], @broker.sent("contributions_request").map(&:content)
    assert_equal 2, @broker.asked("bold.title").metadata["timeout"]
  end

  def test_a_contribution_that_fails_raises_and_leaves_the_others_alone
    @broker.answers["contributions_request"] = ->(_) { ["ok", { "contributions" => CONTRIBUTED }] }
    load <<~RUBY
      on_start { FOUND = contributions("editor.commands") }
      provide("a.titles") { FOUND.map { |one| one.call("title") rescue [$!.class.name, $!.message] } }
      provide("a.run") { FOUND.map { |one| one.call("run") rescue [$!.class.name, $!.message, $!.nearest] } }
      provide("a.braces") { FOUND[0].call("run", fast: true) }
    RUBY
    @broker.services["bold.title"] = ->(_) { ["handler_error", REMOTE] }
    @broker.services["bold.run"] = ->(_) { ["ok", { "value" => "ran" }] }
    @broker.services["sum.title"] = ->(_) { ["ok", { "value" => "Sum" }] }
    assert_equal [["Parley::HandlerError", "division by zero"], "Sum"], value("a.titles")
    assert_equal ["ran", ["Parley::NoProvider", "the contribution c2 of sum to editor.commands has no method run",
                          ["title"]]], value("a.run")
    assert_includes failure("handler_error", "a.braces")["message"], 'call("run", { fast: … })'
  end

  def test_only_the_owner_of_a_point_may_ask
    load %(provide("a.ask") { contributions("other.point") rescue [$!.class.name, $!.permission] })
    @broker.answers["contributions_request"] = lambda do |_|
      ["permission_denied", { "message" => "it may not", "permission" => "own:other.point" }]
    end
    assert_equal ["Parley::PermissionDenied", "own:other.point"], value("a.ask")
  end
end
