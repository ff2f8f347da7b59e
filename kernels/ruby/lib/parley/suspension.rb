# frozen_string_literal: true

require_relative "scheduler"

module Parley
  # The hooks by which Ruby itself asks a Fiber::Scheduler to wait.
  class Scheduler
    # sleep
    def kernel_sleep(seconds = nil)
      task = @current
      done = false
      entry = seconds && alarm(task, seconds) { done = true }
      park until done
    ensure
      cancel_timer(entry) if entry
    end

    # Mutex, Queue, ConditionVariable, Thread#join.
    def block(_blocker, seconds = nil)
      fiber = Fiber.current
      task = @blocked[fiber] = @current
      expired = false
      entry = seconds && alarm(task, seconds) { expired = true }
      park while @blocked.key?(fiber) && !expired
      !expired
    ensure
      @blocked.delete(fiber)
      cancel_timer(entry) if entry
    end

    # The other end of {#block}; may come from any thread.
    def unblock(_blocker, fiber)
      return post { unblock(nil, fiber) } unless here?

      task = @blocked.delete(fiber)
      wake(task) if task
    end

    # Reads and writes that would block.
    def io_wait(io, events, seconds = nil)
      task = @current
      expired = false
      entry = seconds && alarm(task, seconds) { expired = true }
      ready = wait_for(io, events, task) { expired }
      ready.zero? ? false : ready
    ensure
      cancel_timer(entry) if entry
      forget(io, task)
    end

    # IO.select, where Ruby asks (3.3 and later).
    def io_select(...)
      Thread.new { IO.select(...) }.value
    end

    # system, backquotes, Process.wait.
    def process_wait(pid, flags)
      Thread.new { Process::Status.wait(pid, flags) }.value
    end

    # Timeout.timeout: raises where the block waits.
    def timeout_after(seconds, type, message)
      task = @current
      entry = timer(seconds, task) { interrupt(task, type.new(message)) }
      yield seconds
    ensure
      cancel_timer(entry) if entry
    end

    # Fiber.schedule: a task of its own in the same frame.
    def fiber(&block)
      frame = @current&.frame
      started = nil
      task = Task.new(frame) do |one|
        started = Fiber.current
        block.call
      ensure
        retire
        frame&.others&.delete(one)
      end
      frame&.others&.push(task)
      spawn(task)
      yield_to_ready
      started
    end

    # Ruby closes a scheduler when its thread ends or gets another one. There is nothing to close.
    def close; end

    private

    def alarm(task, seconds)
      timer(seconds, task) do
        yield
        wake(task)
      end
    end

    def wait_for(io, events, task)
      @readers[io] = (@readers[io] || []) << task if events.anybits?(IO::READABLE | IO::PRIORITY)
      @writers[io] = (@writers[io] || []) << task if events.anybits?(IO::WRITABLE)
      loop do
        park
        ready = ready_for(io, events, task)
        return ready if ready.positive? || yield
      end
    end

    # The loop takes out what has become ready.
    def ready_for(io, events, task)
      ready = 0
      ready |= IO::READABLE if events.anybits?(IO::READABLE) && !@readers[io]&.include?(task)
      ready |= IO::WRITABLE if events.anybits?(IO::WRITABLE) && !@writers[io]&.include?(task)
      ready
    end

    def forget(io, task)
      [@readers, @writers].each do |waiting|
        next unless (tasks = waiting[io])

        tasks.delete(task)
        waiting.delete(io) if tasks.empty?
      end
    end

    # Fiber.schedule promises that the new fiber has begun when it returns.
    def yield_to_ready
      return unless (task = @current)

      task.parked = Fiber.current
      task.queued = true
      @ready << task
      @current = nil
      @switched = true
      @root.transfer
    end
  end
end
