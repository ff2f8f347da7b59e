# frozen_string_literal: true

require "kernel_case"

class HostileTest < KernelCase
  { "exit 3" => "exit(3)", "abort 'bye'" => "exit(1)", "Thread.exit" => "exit(0)" }.each do |code, says|
    define_method("test_#{code[/\w+/]}_#{says[/\d/]}_ends_the_frame_alone") do
      load %(provide("a.b") { #{code} })
      error = failure("handler_error", "a.b")
      assert_equal "SystemExit", error["ename"]
      assert_includes error["message"], says
    end
  end

  def test_an_exit_in_a_thread_or_an_error_in_the_main_thread_does_not_end_the_kernel
    load %(provide("a.b") { Thread.new { exit 4 }; Thread.new { Thread.main.raise "x" }; sleep 0.1; 1 })
    assert_equal 1, value("a.b")
  end

  def test_prints_are_attributed_to_the_frame_that_printed
    load <<~RUBY
      provide("a.b") { |tag:| puts tag; call("hold.it"); $stderr.print tag, "!"; STDOUT << tag; p tag; tag }
    RUBY
    @broker.services["hold.it"] = ->(_) {}
    ids = %w[x y].map { |tag| @broker.send_call("a.b", { "tag" => tag }) }
    [2, 1].each { |i| @broker.answer(@broker.asked("hold.it", i), nil) }
    ids.each { |id| @broker.reply(id) }
    assert_equal(["x\nx!x\"x\"\n", "y\ny!y\"y\"\n"], ids.map { |id| printed(id) })
    assert_equal(%w[stdout stderr stdout], @broker.of(ids[0], "stream").map do |m|
                                             m.content["name"]
                                           end.chunk_while { |a, b| a == b }.map(&:first))
    order = @broker.messages.select { |m| m.parent["msg_id"] == ids[0] }.map(&:type)
    assert_equal %w[stream call_request], order.first(2)
  end

  def test_a_warning_belongs_to_the_frame_too
    load %(provide("a.b") { puts "one"; warn "two"; 1 })
    @broker.reply(id = @broker.send_call("a.b"))
    assert_equal(%W[one\n two\n], @broker.of(id, "stream").map { |message| message.content["text"] })
  end

  def test_many_lines_arrive_in_order
    load %(provide("a.b") { |n:| n.times { |i| puts i }; n })
    id = @broker.send_call("a.b", { "n" => 100_000 })
    @broker.reply(id, 30)
    assert_equal 100_000.times.map { |i| "#{i}\n" }.join, printed(id)
  end

  def test_odd_output_arrives_as_text
    load %(provide("a.b") { print "\\xFF", "é".encode("ISO-8859-1"), "ü", :s, nil; print "ä" * 3_000_000; 1 })
    id = @broker.send_call("a.b")
    @broker.reply(id)
    assert_equal "\uFFFDéüs#{"ä" * 3_000_000}", printed(id)
  end

  def test_closing_and_replacing_the_streams_does_no_harm
    load <<~RUBY
      require "stringio"
      provide("a.close") { $stdout.close; STDERR.close; puts "after"; 1 }
      provide("a.replace") { $stdout = StringIO.new; puts "kept"; text = $stdout.string; $stdout = STDOUT; text }
      provide("a.reopen") { old = $stdout.dup; $stdout.reopen("void.txt"); puts "void"; $stdout.reopen(old); puts "back" }
    RUBY
    assert_equal "kept\n", value("a.replace")
    id = @broker.send_call("a.reopen")
    @broker.reply(id)
    assert_equal "back\n", printed(id)
    assert_equal 1, value("a.close")
    assert_equal "kept\n", value("a.replace")
  end

  def test_patching_json_and_print_does_no_harm
    load <<~RUBY
      require "json"
      provide("a.patch") do
        module JSON; def self.generate(*) = raise("no"); def self.parse(*) = raise("no"); end
        class JSON::Ext::Parser; def parse = raise("no"); def initialize(*) = raise("no"); end
        class JSON::Ext::Generator::State; def generate(*) = raise("no"); end
        class Hash; def to_json(*) = raise("no"); end
        class String; def to_json(*) = raise("no"); end
        module Kernel; def puts(*) = raise("no"); end
        { "a" => ["b"] }
      end
    RUBY
    2.times { assert_equal({ "a" => ["b"] }, value("a.patch")) }
  end

  def test_a_plugin_that_has_closed_its_output_can_fork_and_spawn
    load <<~RUBY
      provide("a.close") { $stdout.close; STDERR.close; [$stdout.closed?, STDERR.closed?] }
      provide("a.fork") { Process.wait2(fork { exit!(5) })[1].exitstatus }
      provide("a.spawn") { [system("exit 0"), `echo kept`] }
    RUBY
    assert_equal [true, true], value("a.close")
    assert_equal 5, value("a.fork")
    assert_equal [true, "kept\n"], value("a.spawn")
  end

  def test_a_forked_child_keeps_off_the_sockets
    load <<~RUBY
      provide("a.block") do
        pid = fork { begin; call("echo.it"); rescue Parley::Error => e; exit(e.message.include?("forked child") ? 3 : 4); end }
        Process.wait2(pid)[1].exitstatus
      end
      provide("a.return") { pid = fork; pid ? Process.wait2(pid)[1].exitstatus : "the child returns" }
      provide("a.raise") { pid = fork; pid ? Process.wait2(pid)[1].exitstatus : raise("in the child") }
      provide("a.daemon") { Process.daemon }
    RUBY
    assert_equal 3, value("a.block")
    assert_equal 0, value("a.return")
    assert_equal 1, value("a.raise")
    assert_equal "NotImplementedError", failure("handler_error", "a.daemon")["ename"]
  end

  def test_sigint_ends_the_frame_that_runs_and_nothing_else
    load <<~RUBY
      provide("a.spin") { puts "spinning"; loop { } }
      provide("a.chatter") { loop { puts "x"; log("y") } }
      provide("a.wait") { call("hold.it") }
    RUBY
    @broker.interrupt
    pong
    id = @broker.send_call("a.spin")
    @broker.wait { |message| message.type == "stream" }
    @broker.interrupt
    assert_equal "Interrupt", @broker.reply(id).content["ename"]
    10.times do
      id = @broker.send_call("a.chatter")
      @broker.wait { |message| message.type == "log" && message.parent["msg_id"] == id }
      @broker.interrupt
      assert_equal "Interrupt", @broker.reply(id).content["ename"]
    end
    @broker.services["hold.it"] = ->(_) {}
    id = @broker.send_call("a.wait")
    asked = @broker.asked("hold.it")
    @broker.interrupt
    pong
    @broker.answer(asked, "not interrupted")
    assert_equal "not interrupted", @broker.reply(id).value
  end

  def test_a_handler_that_swallows_its_cancellation_ends_in_an_outcome
    load %(provide("a.b") { begin; call("wait.forever"); rescue Exception; "swallowed"; end })
    id = @broker.send_call("a.b")
    @broker.asked("wait.forever")
    @broker.cancel(id)
    assert_equal "swallowed", @broker.reply(id).value
  end

  def test_garbage_is_dropped_or_answered
    load %(provide("a.b") { |params| params })
    signer = Parley::Signer.new("k" * 32)
    [["x"], ["<IDS|MSG>"], ["<IDS|MSG>", "0" * 64, "{}", "{}", "{}", "{}"],
     @broker.seal(signer, "{nope", "{}", "{}", "{}")].each { |frames| @broker.send_frames(frames) }
    bad = [["call_request", {}, "[1]"], ["call_request", "[]", {}], ["event", {}, {}],
           ["credit", { "credit" => "x" }, {}], ["subscription_update", {}, {}],
           ["call_request", { "method" => "a.b" }, "{bad"]]
    bad = bad.map { |type, metadata, content| @broker.send_message(type, "{}", metadata, content) }
    @broker.send_message("from_the_future", "{}", {}, { "x" => 1 })
    pong
    answered = bad.select { |id| @broker.of(id, "error").any? }
    assert_includes answered, bad[1]
    assert_includes answered, bad[5]
    assert_operator(@broker.messages.count { |m| m.type == "log" && m.content["level"] == "warning" }, :>=, 4)
    assert_equal({ "x" => 1 }, value("a.b", { "x" => 1 }))
  end

  def test_a_repeated_message_is_dropped
    load %(COUNT = []\nprovide("a.b") { COUNT << 1; COUNT.size })
    header = JSON.generate({ "msg_id" => "twice", "msg_type" => "call_request" })
    2.times { @broker.send_frames(@broker.seal(Parley::Signer.new("k" * 32), header, "{}", { "method" => "a.b" }, {})) }
    pong
    assert_equal 1, @broker.of("twice", "call_reply").size
    assert_equal 2, value("a.b")
  end
end
