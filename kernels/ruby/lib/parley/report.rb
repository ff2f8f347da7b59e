# frozen_string_literal: true

require_relative "acknowledgement"
require_relative "errors"

module Parley
  # Turns an exception into an error object: what was raised, where in the user's code, and why.
  module Report
    OWN = [File.expand_path("..", __dir__), File.expand_path("../../main.rb", __dir__)].freeze
    LOADERS = %r{\A<internal:|/rubygems/core_ext/kernel_(?:require|gem)\.rb\z|/bundled_gems\.rb\z}
    LINE = /\A(?<file>.+?):(?<line>\d+)(?::in [`'](?<function>.*)')?\z/
    SYNTAX = /^(?<file>[^\n]+?):(?<line>\d+): (?<what>.*)$/
    # As Ruby has them, whatever plugin code makes of them.
    BACKTRACE = Exception.instance_method(:backtrace)
    TO_S = Exception.instance_method(:to_s)
    MOST = 64 # frames kept at either end of a very deep stack
    CAUSES = 16
    LONGEST = 32_768
    HINTS = {
      "LocalJumpError" => "a handler is a block: leave it with next, not with return or break",
      "FiberError" => "a handler cannot Fiber.yield out of itself, and a fiber it transfers to must transfer back"
    }.freeze

    module_function

    # @param error [Exception]
    # @return [Array(String, Hash)] outcome and error object
    def of(error)
      return ["handler_error", syntax(error)] if error.is_a?(SyntaxError)
      return ["handler_error", passing(error)] if error.is_a?(HandlerError) && error.details["ename"]

      ["handler_error", raised(error, 0)]
    end

    # @return [Hash] with its outcome, as it stands in a cause
    def cause(error, level)
      return error.details.merge("outcome" => error.outcome) if error.is_a?(Error)

      raised(error, level).merge("outcome" => "handler_error")
    end

    # An error of this plugin, or another outcome of something it called.
    def raised(error, level)
      trace = trace(error)
      text = text(error)
      object = { "message" => message(error, text), "ename" => ename(error), "evalue" => text,
                 "traceback" => traceback(error, trace, text), "frames" => trace }
      behind = behind(error, level)
      object["cause"] = behind if behind
      object
    end

    # An error of another plugin, on its way through: the same, with this plugin's frames before its own.
    def passing(error)
      trace = trace(error)
      lines = trace.reverse.map { |frame| "\tfrom #{line(frame)}" }
      error.details.merge(
        "message" => error.details["message"] || error.message,
        "frames" => trace + Array(error.frames),
        "traceback" => Array(error.traceback) + lines
      )
    end

    # A syntax error has no frames: it names the place itself.
    def syntax(error)
      text = text(error)
      found = SYNTAX.match(text)
      return raised(error, 0) unless found

      column = (caret = text[/^ *(?=\^)/m]) ? caret.size + 1 : 1
      file = File.exist?(found[:file]) ? File.expand_path(found[:file]) : found[:file]
      place = { "file" => file, "line" => found[:line].to_i, "column" => column }
      { "message" => "#{file}:#{found[:line]}:#{column}: #{found[:what]}", "ename" => error.class.name,
        "evalue" => text, "traceback" => text.lines(chomp: true), "frames" => [place] }
    end

    # @return [Array<Hash>] frames of user code, innermost last
    def trace(error)
      lines = backtrace(error)
      lines = lines.first(MOST) + lines.last(MOST) if lines.size > 2 * MOST
      found = lines.filter_map { |line| place(line) }
      # A method written in C has the file and line of its caller and tells nothing that the caller does not.
      found.reject.with_index { |frame, i| native?(frame, found[i + 1]) }.reverse
    end

    def backtrace(error)
      lines = BACKTRACE.bind_call(error)
      # set_backtrace takes anything.
      lines.is_a?(Array) ? lines.grep(String) : []
    end

    def place(line)
      found = LINE.match(line.scrub)
      return if found.nil? || found[:file].start_with?(*OWN) || found[:file].match?(LOADERS)

      { "file" => File.exist?(found[:file]) ? File.expand_path(found[:file]) : found[:file],
        "line" => found[:line].to_i, "function" => found[:function] || "<main>" }
    end

    def native?(frame, outer)
      outer && frame["line"] == outer["line"] && frame["file"] == outer["file"] &&
        !frame["function"].start_with?("block ", "rescue ", "ensure ", "<") && frame["function"] != outer["function"]
    end

    # @return [String] an error as Ruby would print it
    def print(error)
      "#{traceback(error, trace(error), text(error)).join("\n")}\n"
    end

    # As Ruby prints it, without the shim's lines.
    def traceback(error, trace, text)
      first, *rest = trace.reverse
      head = "#{"#{line(first)}: " if first}#{text} (#{ename(error)})"
      [*head.lines(chomp: true), *rest.map { |frame| "\tfrom #{line(frame)}" }]
    end

    def line(frame)
      "#{frame["file"]}:#{frame["line"]}:in `#{frame["function"]}'"
    end

    def behind(error, level)
      return cause(error, level) if error.is_a?(Error) && error.outcome != "handler_error"

      inner = error.is_a?(Error) ? nil : error.cause
      cause(inner, level + 1) if inner && level < CAUSES
    rescue StandardError
      nil
    end

    def message(error, text)
      case error
      when SystemExit then "exit(#{error.status}) was called, which ends this frame and not the kernel"
      when LoadError then wanted(error, text)
      else
        hint = HINTS[error.class.name]
        hint ? "#{text} (#{hint})" : text
      end
    end

    # Names the module and who wanted it.
    def wanted(error, text)
      innermost = trace(error).last
      place = " (wanted by #{innermost["file"]}:#{innermost["line"]})" if innermost
      gemfile = ENV.fetch("BUNDLE_GEMFILE", nil)
      "#{text}#{place}, looked for beside the plugin, in Ruby's own library and in #{gemfile || "the installed gems"}"
    end

    # The SDK's own classes go by their short name in every language.
    def ename(error)
      name = Module.instance_method(:name).bind_call(error.class) || error.class.inspect
      error.is_a?(Error) || error.is_a?(Acknowledgement) ? name.delete_prefix("Parley::") : name
    end

    # An exception's message may be anything, or raise.
    def text(error)
      text = message_of(error)
      text = text.encode(Encoding::UTF_8, invalid: :replace, undef: :replace) unless text.encoding == Encoding::UTF_8
      text = text.scrub
      text.size > LONGEST ? "#{text[0, LONGEST]}…" : text
    end

    def message_of(error)
      text = error.message
      text.is_a?(String) ? text : TO_S.bind_call(error).to_s
    rescue Exception # rubocop:disable Lint/RescueException -- plugin code defines what message does
      begin
        TO_S.bind_call(error).to_s
      rescue Exception => e # rubocop:disable Lint/RescueException
        "its message could not be read (#{e.class})"
      end
    end
  end
end
