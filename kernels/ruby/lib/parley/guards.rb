# frozen_string_literal: true

module Parley
  # Where plugin code could harm the kernel without meaning to: locks, forks.
  module Guards
    # Notes which Mutexes a frame holds, so that a call made meanwhile can be refused: the frame would be
    # suspended with them locked, and neither Ruby nor the orchestrator would see who waits for whom.
    module Mutex
      def lock
        super.tap { Guards.locked(self) }
      end

      def try_lock
        super.tap { |got| Guards.locked(self) if got }
      end

      def unlock
        Guards.unlocked(self)
        super
      end

      def synchronize
        lock
        begin
          yield
        ensure
          unlock if owned?
        end
      end
    end

    # A forked child shares the parent's sockets and must leave them alone.
    module Fork
      def _fork
        super.tap { |pid| Guards.forked if pid.zero? }
      end

      # It forks and ends the parent, and the parent is the kernel.
      def daemon(...)
        raise NotImplementedError, "Process.daemon would end the kernel; start another process with spawn"
      end
    end

    @child = false

    class << self
      # @param scheduler [Scheduler]
      # @yield in a forked child
      def install(scheduler, &forked)
        @scheduler = scheduler
        @forked = forked
        Thread::Mutex.prepend(Mutex)
        Process.singleton_class.prepend(Fork)
      end

      def locked(mutex)
        @scheduler.current.mutexes << mutex if @scheduler.here? && @scheduler.current
      end

      def unlocked(mutex)
        return unless @scheduler.here? && @scheduler.current&.mutexes?

        held = @scheduler.current.mutexes
        at = held.rindex { |one| one.equal?(mutex) }
        held.delete_at(at) if at
      end

      # @return [Boolean] whether this is a forked child
      def child?
        @child
      end

      def forked
        @child = true
        @forked.call
      end

      # A child whose handler has come to its end has nobody to reply to.
      # @param error [Exception, nil] that the handler ended with
      def leave_child(error)
        return unless @child

        status = error.is_a?(SystemExit) ? error.status : 0
        warn(error.full_message(highlight: false)) if error && !error.is_a?(SystemExit)
        Process.exit!(error && !error.is_a?(SystemExit) ? 1 : status)
      end
    end
  end
end
