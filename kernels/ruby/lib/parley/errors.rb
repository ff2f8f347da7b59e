# frozen_string_literal: true

# What can go wrong: one class for each outcome of specs/kernel-protocol.md §2.1.
module Parley
  # The base of all. Its message is a sentence; the fields of its outcome are methods.
  class Error < StandardError
    @classes = {}

    class << self
      # @return [String] the outcome that this class stands for
      attr_reader :outcome

      # @api private
      def stands_for(outcome, *fields)
        @outcome = outcome
        Error.register(outcome, self)
        fields.each { |field| define_method(field) { details[field.name] } }
      end

      # @api private
      def register(outcome, type)
        @classes[outcome] = type
      end

      # @api private
      # @param outcome [String]
      # @param details [Hash] an error object
      # @return [Error]
      def from(outcome, details)
        type = @classes.fetch(outcome, Error)
        type.allocate.tap { |error| error.__send__(:adopt, outcome, details) }
      end
    end

    # @return [String] such as "no_provider"
    attr_reader :outcome
    # @return [Hash] the whole error object, string keys
    attr_reader :details

    def initialize(message = nil, **fields)
      @outcome = self.class.outcome || "handler_error"
      message ||= @outcome.tr("_", " ")
      @details = { "message" => message.to_s }.merge!(fields.transform_keys(&:name))
      super(message)
    end

    # The error that lies behind: Ruby's own, or one that came from another plugin.
    # @return [Exception, nil]
    def cause
      remote = details["cause"]
      return super unless remote.is_a?(Hash)

      @cause ||= Error.from(remote["outcome"] || "handler_error", remote)
    end

    private

    def adopt(outcome, details)
      @outcome = outcome
      @details = details
      # Exception's own initialize sets the message; ours would build details anew.
      Exception.instance_method(:initialize).bind_call(self, details["message"] || outcome.to_s)
    end
  end

  # A handler raised.
  class HandlerError < Error
    stands_for "handler_error", :ename, :evalue, :traceback, :frames
  end

  # Nobody provides the method.
  class NoProvider < Error
    stands_for "no_provider", :nearest
  end

  # The manifest or the host does not allow it.
  class PermissionDenied < Error
    stands_for "permission_denied", :permission
  end

  # The parameters or the event's payload are not what was declared.
  class InvalidPayload < Error
    stands_for "invalid_payload", :pointer, :expected, :got
  end

  # The result is not what was declared.
  class InvalidReply < Error
    stands_for "invalid_reply", :pointer, :expected, :got
  end

  # The deadline passed.
  class Timeout < Error
    stands_for "timeout", :started, :timeout
  end

  # The caller, or one before it, gave up.
  class Cancelled < Error
    stands_for "cancelled", :reason
  end

  # The process that was asked has ended.
  class KernelDied < Error
    stands_for "kernel_died", :signal, :exit_code, :stderr, :started
  end

  # The plugin is not there now.
  class Unavailable < Error
    stands_for "unavailable", :since, :retry_after
  end

  # A mailbox is full.
  class Overloaded < Error
    stands_for "overloaded", :retry_after, :limit
  end

  # Too often.
  class RateLimited < Error
    stands_for "rate_limited", :retry_after, :limit
  end

  # The call would close a circle of waits.
  class Deadlock < Error
    stands_for "deadlock", :cycle, :path
  end

  # Nested deeper than allowed.
  class DepthExceeded < Error
    stands_for "depth_exceeded", :limit, :chain
  end

  # The message exceeds the limit.
  class TooLarge < Error
    stands_for "too_large", :size, :limit

    def initialize(message = nil, size:, limit:)
      super(message || "the message has #{size} bytes or more and the limit is #{limit}", size:, limit:)
    end
  end

  # A value has no faithful JSON form.
  class NotSerializable < Error
    stands_for "not_serializable", :path
  end
end
