# frozen_string_literal: true

require_relative "session"
require_relative "scheduler"
require_relative "suspension"
require_relative "streams"
require_relative "executor"
require_relative "context"
require_relative "requests"
require_relative "guards"
require_relative "loader"
require_relative "plugin"
require_relative "services"
require_relative "storage"
require_relative "waits"
require_relative "watches"
require_relative "operations"
require_relative "lifecycle"
require_relative "cells"
require_relative "attaching"

module Parley
  VERSION = "1.0.0"

  # The kernel's loop: takes messages off the sockets and gives each to whom it concerns. It runs no plugin code itself.
  class Kernel
    EXIT = Process.method(:exit!)
    HANDLERS = {
      "call_request" => :on_call, "call_reply" => :on_answer, "yield_item" => :on_answer, "progress" => :on_answer,
      "emit_reply" => :on_answer, "provide_reply" => :on_answer, "withdraw_reply" => :on_answer,
      "subscribe_reply" => :on_answer, "subscribed" => :on_answer, "unsubscribe_reply" => :on_answer,
      "lock_reply" => :on_answer, "services_reply" => :on_answer, "service_wait_reply" => :on_answer,
      "contributions_reply" => :on_answer, "storage_reply" => :on_answer, "storage_changed" => :on_change,
      "credit" => :on_credit, "cancel" => :on_cancel, "event_grant" => :on_grant, "wait_query" => :on_wait_query,
      "subscription_update" => :on_update, "ping" => :on_ping, "load_plugin" => :on_load, "start_plugin" => :on_start,
      "unload_plugin" => :on_unload, "shutdown_request" => :on_shutdown, "execute_request" => :on_execute
    }.freeze

    # @return [Plugin, nil]
    attr_reader :plugin
    # @return [Executor]
    attr_reader :executor
    # @return [Requests]
    attr_reader :requests
    # @return [Events]
    attr_reader :events
    # @return [Watches]
    attr_reader :watches

    # @param session [Session]
    # @param attachment [Attachment, nil] of a program that Parley did not start, and that outlives this
    def initialize(session, attachment = nil)
      @session = session
      @attachment = attachment
      @scheduler = Scheduler.new(->(task, error) { @executor.lost(task, error) })
      @executor = Executor.new(self, @scheduler, session)
      @requests = Requests.new(self, @scheduler)
      @events = Events.new(self, @scheduler, session)
      @watches = Watches.new(self, @scheduler)
      @waits = Waits.new(self, @scheduler, @requests)
      @readers = [*session.sockets, @scheduler.bell].freeze
      @unsent = {}
      @outside = output { Session::EMPTY }
      @garbage = ->(error) { refuse(error) }
      @receive = ->(envelope, topic) { dispatch(envelope, topic) }
    end

    # Runs until the orchestrator ends it, or is gone.
    def run
      # What a thread of the plugin raises in this one must not cut a message in half: it comes where the loop waits.
      Thread.handle_interrupt(Object => :on_blocking) do
        prepare
        hello
        loop { turn }
      end
    rescue Left => e
      leave(e.message)
    rescue Zmtp::Closed, Zmtp::ProtocolError => e
      return leave("the orchestrator is gone") if @attachment

      STDERR.syswrite("the connection to the orchestrator ended: #{e.message}\n")
      EXIT.call(1)
    end

    # @return [Boolean] whether the process is a program's that Parley did not start
    def attached?
      !@attachment.nil?
    end

    # Ends the loop of a program that attached, from any thread.
    def abandon(reason)
      @scheduler.post { raise Left, reason }
    end

    # (see Session#inspect)
    def inspect
      "#<Parley::Kernel>"
    end

    # @return [Float] seconds of a clock that never jumps
    def now
      @scheduler.now
    end

    # Suspends the running frame until someone wakes it.
    def park
      @scheduler.park
    end

    # The largest message, in bytes.
    def limit
      @session.limit
    end

    # @return [Frame, nil] that runs now
    def frame
      @scheduler.task&.frame
    end

    # Sends a message as it is.
    # @return [String] its msg_id
    def send_message(...)
      @session.send_message(...)
    end

    # Sends a message on behalf of the running frame, after what the frame has printed. From any thread.
    # @param now [Boolean] whether it goes out even if the frame does not stop running
    # @yieldparam id [String] its msg_id, before anything can answer
    # @return [String] its msg_id
    def post(type, metadata, content, buffers = Values::NONE, frame: self.frame, now: false)
      @scheduler.on_loop do
        raise Unavailable, "this program is not attached any more: #{@ended}" if @ended

        @scheduler.shield do
          (frame || @outside).flush
          id = @session.send_message(type, frame ? frame.parent : Session::EMPTY, metadata, content, buffers)
          yield id if block_given?
          @session.flush if now
          id
        end
      end
    end

    # @yieldreturn [String] header bytes of the parent of what is printed
    # @return [Streams::Output]
    def output
      Streams::Output.new(@unsent, limit / 8) do |content|
        @session.send_message("stream", yield, Session::EMPTY, content)
        @session.flush
      end
    end

    # Prints an error that has nowhere else to go, as output of a frame or of none.
    def complain(error, frame = nil)
      (frame&.output || @outside).write("stderr", Report.print(error))
    end

    private

    def prepare
      Parley.kernel = self
      Guards.install(@scheduler) { forked }
      Loader.main.extend(DSL)
      Fiber.set_scheduler(@scheduler)
      own_process unless attached?
    end

    def own_process
      Loader.install
      trap("INT") { @scheduler.interrupt_running }
      %w[TERM HUP].each { |name| trap(name, "SYSTEM_DEFAULT") }
      Streams.capture { |name, text| print(name, text) }
    end

    def hello
      info = { "name" => "ruby", "version" => RUBY_VERSION, "mimetype" => "text/x-ruby", "file_extension" => ".rb" }
      content = Values.generate(
        { "protocol_versions" => ["1.0"], "implementation" => "parley-ruby", "implementation_version" => VERSION,
          "language_info" => info, "pid" => Process.pid, "features" => %w[streams locks buffers execute waits] }
      )
      @session.send_message("hello", Session::EMPTY, Session::EMPTY, content)
      @welcome = false
      turn until @welcome
    end

    # Everything that one turn produces leaves in one write.
    def turn
      @scheduler.run_ready
      @waits.tell
      @unsent.each_key(&:flush) unless @unsent.empty?
      ready = @scheduler.turn(@readers, @session.flush)
      @session.receive(ready, @events.signers, @garbage, &@receive) unless ready.empty?
    rescue Zmtp::Closed, Zmtp::ProtocolError, Left
      raise
    rescue Exception => e # rubocop:disable Lint/RescueException -- a thread of the plugin may raise anything in this one
      Thread.handle_interrupt(Object => :never) { complain(e) }
    end

    def dispatch(envelope, topic)
      return welcome(envelope) unless @welcome

      handler = HANDLERS[envelope.type]
      if handler.nil? then @events.receive(envelope, topic) if envelope.type == "event"
      elsif topic.nil? then __send__(handler, envelope)
      end
      @scheduler.run_ready
    rescue Zmtp::Closed
      raise
    rescue StandardError => e
      answer_error(e, envelope.header)
    end

    # Garbage is dropped; what is signed and not understood is answered.
    def refuse(error)
      log("a message was dropped: #{error.message}", "warning", {})
      answer_error(error, error.header) if error.is_a?(Envelope::Malformed)
    end

    def answer_error(error, header)
      text = Report.text(error)
      content = { "ename" => Report.ename(error), "evalue" => text, "traceback" => [text] }
      @session.send_message("error", parent_of(header), Session::EMPTY, Values.generate(content))
    end

    # A header that cannot be read cannot stand in a reply either.
    def parent_of(header)
      Values.decode(header).is_a?(Hash) ? header : Session::EMPTY
    rescue Values::Invalid
      Session::EMPTY
    end

    def print(name, text)
      return @scheduler.post { print(name, text) } unless @scheduler.here?

      output = frame&.output || @outside
      @scheduler.shield { output.write(name, text) }
    end

    def forked
      unless attached?
        Streams.sink = nil
        Fiber.set_scheduler(nil)
        trap("INT", "DEFAULT")
      end
      Parley.kernel = Forked
      @session.close
    end

    # Stands in for the kernel in a forked child.
    module Forked
      def self.method_missing(*)
        raise Error, "this is a forked child: only the process that Parley started can use its functions"
      end

      def self.respond_to_missing?(*)
        true
      end
    end
  end
end
