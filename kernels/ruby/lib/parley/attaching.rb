# frozen_string_literal: true

require_relative "errors"
require_relative "plugin"

# A program that Parley did not start, as a plugin.
module Parley
  # Raised in the loop of a program that attached, to end it; the message says why.
  class Left < Exception; end # rubocop:disable Lint/InheritException -- no rescue of a plugin's shall hold it

  # A program that Parley did not start, as a plugin: the shim has a thread of its own, the program keeps its others.
  class Attachment
    # How long the orchestrator may take to answer at all, in seconds.
    PATIENCE = 10
    ADVICE = "Get a token with `parley attach --manifest plugin.json`."
    PREFIX = "parley-"

    # @return [String, nil] the plugin that this program is
    attr_reader :plugin

    # @api private
    # @param config [Hash] what the token holds
    def initialize(config)
      @config = config
      @guard = Thread::Mutex.new
      @change = Thread::ConditionVariable.new
      @state = :connecting
      @pid = Process.pid
    end

    # @return [Boolean] whether it still is a plugin
    def attached?
      @state == :started
    end

    # Whether it may join, or has joined, and has not left.
    # @api private
    def open?
      @state != :ended && @pid == Process.pid
    end

    # Connects, and waits until the orchestrator counts this program as the plugin.
    # @api private
    def join
      @thread = Thread.new { serve }
      @thread.report_on_exception = false
      unless wait(PATIENCE) { @state != :connecting }
        @kernel&.abandon("the orchestrator did not answer")
        raise Unavailable, "The orchestrator did not answer within #{PATIENCE} s. #{ADVICE}"
      end
      wait { %i[started ended].include?(@state) }
      raise @failure if @state == :ended

      self
    end

    # Runs the on_stop handlers and leaves: what is provided and subscribed to is gone, and the name is free.
    # @return [void]
    def detach
      return unless open? && @kernel

      @kernel.post("detach", Session::EMPTY, +"{}", now: true)
      wait { @state == :ended } unless @thread.equal?(Thread.current) # a handler cannot wait for what ends it
    rescue Unavailable
      nil # it has ended meanwhile
    end

    def inspect
      "#<Parley::Attachment #{@state} plugin=#{@plugin.inspect}>"
    end

    # @api private
    def welcomed
      move(:welcomed)
    end

    # @api private
    def started(plugin)
      @plugin = plugin
      move(:started)
    end

    # @api private
    # @param failure [Error] why, for whoever waits to join
    def ended(failure)
      @failure = failure
      move(:ended)
    end

    private

    # The shim's thread.
    def serve
      require_relative "kernel"
      @kernel = Kernel.new(Session.new(@config, ".#{Random.urandom(6).unpack1("H*")}"), self)
      @kernel.run
    rescue SystemCallError, KeyError => e
      ended(Unavailable.new("The orchestrator of this token cannot be reached: #{e.message}. #{ADVICE}"))
    rescue StandardError => e
      ended(e)
    end

    def move(state)
      @guard.synchronize do
        @state = state
        @change.broadcast
      end
    end

    # @return [Boolean] false when the time is over
    def wait(seconds = nil)
      limit = seconds && (Process.clock_gettime(Process::CLOCK_MONOTONIC) + seconds)
      @guard.synchronize do
        until yield
          rest = limit && (limit - Process.clock_gettime(Process::CLOCK_MONOTONIC))
          return false if rest && rest <= 0

          @change.wait(@guard, rest)
        end
      end
      true
    end

    class << self
      # @api private
      # @param token [String]
      # @return [Hash] the connection file that it holds
      # @raise [Unavailable] when it is none
      def read(token)
        raise Unavailable, "There is no token: PARLEY_TOKEN is not set. #{ADVICE}" if token.strip.empty?

        require_relative "values"
        text = token.strip.delete_prefix(PREFIX).tr("-_", "+/")
        config = Values.decode(text.unpack1("m").force_encoding(Encoding::UTF_8))
        return config if token.strip.start_with?(PREFIX) && config.is_a?(Hash) && config.key?("kernel_id")

        raise Unavailable, "This is no token of Parley's, or only a part of one. #{ADVICE}"
      rescue Values::Invalid, ArgumentError
        raise Unavailable, "This is no token of Parley's, or only a part of one. #{ADVICE}"
      end

      # @api private
      # @return [String] a token for the plugin of this manifest
      def ask(manifest, command)
        line = IO.popen([command, "attach", "--manifest", manifest], err: %i[child out], &:read)
        token = line.lines.map(&:chomp).find { |each| each.start_with?(PREFIX) }
        token or raise Unavailable, "`#{command} attach` gave no token: #{line.strip}"
      rescue SystemCallError => e
        raise Unavailable, "`#{command} attach` cannot be run: #{e.message}"
      end
    end
  end

  class << self
    # Joins the running orchestrator as a plugin, from a program that Parley did not start.
    #
    # The token comes from `parley attach --manifest plugin.json`: it is the argument, or in PARLEY_TOKEN; with
    # +manifest:+ that command is run here. When this returns, the methods of {DSL} work, from any thread, and what this
    # program provides is served on a thread of the shim's. It leaves by {.detach} or when the process ends.
    # @param token [String, nil]
    # @param manifest [String, nil] the path of plugin.json
    # @param command [String] the `parley` command
    # @return [Attachment]
    # @raise [Error] when the token is of no use, with what mends it
    def attach(token = nil, manifest: nil, command: "parley")
      raise Error, "this program is attached already: call Parley.detach first" if @attachment&.open?
      raise Error, "this is a plugin that Parley runs already: it need not attach" if kernel

      line = token || (manifest ? Attachment.ask(manifest, command) : ENV.fetch("PARLEY_TOKEN", ""))
      attachment = Attachment.new(Attachment.read(line))
      attachment.join
      @leaves_at_exit ||= at_exit { Parley.detach } || true
      @attachment = attachment
    end

    # Leaves: the on_stop handlers run, and the plugin is gone. Without an attachment it does nothing.
    # @return [void]
    def detach
      @attachment&.detach
    end
  end
end
