# frozen_string_literal: true

require "kernel_case"

class ErrorsTest < KernelCase
  def test_frames_are_the_users_own_outermost_first
    load <<~RUBY
      def inner = [1].each do |x|
        x / 0
      end

      def outer = [3, 1].sort_by { inner }
      provide("a.b") { outer }
    RUBY
    error = failure("handler_error", "a.b")
    assert_equal ["ZeroDivisionError", "divided by 0", "divided by 0"], error.values_at("ename", "evalue", "message")
    assert_equal [6, 5, 1, 2], lines_of(error).map(&:last).uniq
    assert_includes error["traceback"][0], "plugin.rb:2:in"
    refute(error["traceback"].any? { |line| line.include?("lib/parley") })
  end

  def test_an_error_from_afar_keeps_its_name_and_gets_these_frames_before_its_own
    load %(\nprovide("a.b") { call("fail.always") })
    error = failure("handler_error", "a.b")
    assert_equal ["ZeroDivisionError", "division by zero"], error.values_at("ename", "message")
    assert_equal [["plugin.rb", 2], ["far.py", 7]], lines_of(error)
    assert_equal "no_provider", error["cause"]["outcome"]
  end

  def test_an_error_from_afar_can_be_the_cause_of_ones_own
    load <<~RUBY
      provide("a.b") do
        call("fail.always")
      rescue Parley::HandlerError => e
        raise ArgumentError, "because of \#{e.ename}, \#{e.cause.class}"
      end
    RUBY
    error = failure("handler_error", "a.b")
    assert_equal ["ArgumentError", "because of ZeroDivisionError, Parley::NoProvider"],
                 error.values_at("ename", "message")
    assert_equal %w[handler_error ZeroDivisionError], error["cause"].values_at("outcome", "ename")
  end

  def test_causes_of_rubys_own_are_told
    load <<~RUBY
      provide("a.b") do
        Integer("x")
      rescue ArgumentError
        raise KeyError, "wrapped"
      end
    RUBY
    error = failure("handler_error", "a.b")
    assert_equal %w[KeyError ArgumentError], [error["ename"], error["cause"]["ename"]]
    assert_equal [2], error["cause"]["frames"].map { |frame| frame["line"] }.uniq
  end

  def test_another_outcome_that_passes_becomes_the_cause
    load %(provide("a.b") { call("nobody.there") })
    error = failure("handler_error", "a.b")
    assert_equal %w[NoProvider no_provider], [error["ename"], error["cause"]["outcome"]]
  end

  def test_a_syntax_error_names_file_line_and_column
    error = @broker.load("x = 1\n  foo(1))\n").content
    assert_equal({ "file" => "#{@broker.folder}/plugin.rb", "line" => 2, "column" => 9 }, error["frames"][0])
    assert_equal "SyntaxError", error["ename"]
    assert_includes error["message"], "plugin.rb:2:9: syntax error"
  end

  def test_a_missing_module_is_named_with_who_wanted_it
    error = @broker.load("\n\nrequire 'nowhere_to_be_found'\n").content
    assert_equal "LoadError", error["ename"]
    assert_includes error["message"], "nowhere_to_be_found (wanted by #{@broker.folder}/plugin.rb:3)"
    assert_equal [["plugin.rb", 3]], lines_of(error)
    refute error.key?("cause")
  end

  def test_a_refused_registration_is_an_error_at_its_line
    error = @broker.load(%(x = 1\non("no:no") { })).content
    assert_equal ["PermissionDenied", [["plugin.rb", 2]]], [error["ename"], lines_of(error)]
  end

  def test_a_deep_stack_and_an_endless_message_are_cut
    load <<~RUBY
      provide("a.deep") { f = ->(n) { f.(n + 1) }; f.(0) }
      provide("a.long") { raise "x" * 1_000_000 }
      provide("a.mute") { e = StandardError.new; def e.message = raise("no"); raise e }
      provide("a.odd") { raise "\\xFF\\xFE".b }
    RUBY
    assert_operator failure("handler_error", "a.deep")["frames"].size, :<, 200
    assert_operator failure("handler_error", "a.long")["message"].size, :<, 40_000
    assert_equal %w[StandardError StandardError], failure("handler_error", "a.mute").values_at("ename", "message")
    assert failure("handler_error", "a.odd")["message"].valid_encoding?
  end
end
