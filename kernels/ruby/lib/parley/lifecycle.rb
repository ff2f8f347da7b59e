# frozen_string_literal: true

module Parley
  # What the orchestrator asks of the kernel.
  class Kernel
    # How long the last messages may take to leave, in seconds.
    FAREWELL = 2

    private

    def welcome(envelope)
      return unless envelope.type == "welcome"

      unless envelope.ok?
        STDERR.syswrite("#{envelope.content["message"] || "the orchestrator does not want this kernel"}\n")
        EXIT.call(1)
      end
      @session.limit = envelope.content["max_message_bytes"] || @session.limit
      @welcome = true
    end

    def on_answer(envelope)
      @requests.deliver(envelope)
    end

    def on_call(envelope)
      @executor.serve(envelope, @plugin)
    end

    def on_credit(envelope)
      @executor.credit(envelope)
    end

    def on_cancel(envelope)
      @executor.cancel(envelope)
    end

    def on_grant(envelope)
      @events.grant(envelope)
    end

    def on_change(envelope)
      @watches.receive(envelope)
    end

    def on_update(envelope)
      @events.update(envelope)
    end

    # What lies on the SUB already must not look lost.
    def on_ping(envelope)
      @session.receive_events(@events.signers, @garbage, &@receive)
      @events.compare(envelope.content["events"] || {})
      frames = @executor.frames.size
      @session.send_message("pong", envelope.header, Reply::OK, +%({"frames":#{frames}}))
    end

    def on_load(envelope)
      @plugin = Plugin.new(envelope.content)
      @events.hold
      @watches.hold
      @executor.start(Frame.new(envelope, self, "load_plugin_reply") { Loader.run(@plugin) })
    end

    def on_start(envelope)
      release = lambda do
        @events.release
        @watches.release
      end
      @executor.start(Frame.new(envelope, self, "start_plugin_reply", done: release) { plugin!.starting.each(&:call) })
    end

    def on_unload(envelope)
      @executor.start(Frame.new(envelope, self, "unload_plugin_reply") { stop })
    end

    def on_shutdown(envelope)
      @executor.start(Frame.new(envelope, self, "shutdown_reply", done: -> { farewell }) { stop })
    end

    # The last first; each of them once, and one that fails does not keep the others from running.
    def stop
      handlers = plugin!.stopping
      failure = nil
      while (handler = handlers.pop)
        begin
          handler.call
        rescue StandardError => e
          failure ||= e
        end
      end
      raise failure if failure
    end

    # Nothing of the plugin's may hold the process: no thread, no exit hook.
    def farewell
      @session.drain(FAREWELL)
      EXIT.call(0)
    end

    def on_execute(envelope)
      @cells ||= Cells.new(self)
      @cells.execute(envelope)
    end
  end
end
