# frozen_string_literal: true

module Parley
  # What the orchestrator asks before it calls something a deadlock: whether a frame waits, and for which requests. It
  # asks only about frames that might be in one; from then on it is told whenever such a frame waits.
  #
  # A task that waits for an answer waits for nothing else, unless a Timeout runs. Of one that waits for a Queue, a
  # Mutex or the like nobody can know who will release it: if nothing but a message can make anything in this process go
  # on, it waits for any of the requests that are open in the kernel.
  class Waits
    # Those that need others to be answered. The rest is answered at once.
    ANSWERED_LATER = %w[call_request lock_request emit].freeze

    def initialize(kernel, scheduler, requests)
      @kernel = kernel
      @scheduler = scheduler
      @requests = requests
      @told = {}.compare_by_identity
    end

    # @param frame [Frame, nil] nil when it has ended
    def ask(frame)
      @told[frame] = nil if frame
    end

    # Tells what has changed, once everything that could run has run.
    def tell
      @told.delete_if { |frame, _| frame.ended? } unless @told.empty?
      @told.each do |frame, before|
        content = content_for(frame)
        next if content.nil? || content == before

        @told[frame] = content
        @kernel.post("waiting", "{}", content, frame:)
      end
    end

    private

    # @return [String, nil] nil when the frame can go on without an answer
    def content_for(frame)
      open = awaited(frame.tasks)
      return if open.nil? || open.empty? || !open.each_value.all? { |box| later?(box) }

      requests = open.map { |id, box| { "msg_id" => id, "items" => box.items } }
      Values.generate({ "requests" => requests }).freeze
    end

    # @return [Hash{String => Mailbox}, nil] what is open of that for which these tasks wait, by msg_id
    def awaited(tasks)
      return if tasks.any? { |task| @scheduler.going_on?(task) }

      mailboxes = tasks.filter_map(&:mailbox)
      if mailboxes.size == tasks.size
        @requests.open.select { |_, box| mailboxes.include?(box) }
      elsif mailboxes.any? && @scheduler.quiet? && tasks.all? { |task| task.mailbox || @scheduler.blocked?(task) }
        @requests.open
      end
    end

    def later?(box)
      box.is_a?(Mailbox) && ANSWERED_LATER.include?(box.type)
    end
  end
end
