# frozen_string_literal: true

require_relative "envelope"
require_relative "frame"

module Parley
  # What `on` returns. Disposing of it twice is fine.
  class Subscription
    # @return [String]
    attr_reader :id, :pattern
    # @api private
    attr_reader :handler, :topics

    def initialize(events, id, pattern, handler)
      @events = events
      @id = id
      @pattern = pattern
      @handler = handler
      @topics = {}
    end

    # Ends the subscription: no event reaches its handler after this.
    # @return [void]
    def dispose
      events = @events
      @events = nil
      events&.unsubscribe(self)
    end
  end

  # One event: the handlers of all matching subscriptions, one after the other.
  class EventFrame < Frame
    # @param grant [Hash, nil] the grant's metadata
    def initialize(envelope, kernel, events, subscriptions, grant)
      super(envelope, kernel, "event_reply")
      @events = events
      @subscriptions = subscriptions
      @payload = envelope.content
      @errors = []
      return unless grant

      @metadata = @metadata.merge(grant.slice("remaining", "depth"))
      @deadline = grant["remaining"] && (kernel.now + grant["remaining"])
    end

    def run
      @subscriptions.each { |subscription| deliver(subscription) if @events.active?(subscription) }
    end

    def reply(_value)
      return Reply.new(Reply::OK, %({"handlers":#{@subscriptions.size}})) if @errors.empty?

      first = @errors.first
      first = first.merge("errors" => @errors) if @errors.size > 1
      Reply.failure("handler_error", first)
    end

    private

    # One handler that raises does not keep the others from running; a cancelled frame ends.
    def deliver(subscription)
      subscription.handler.call(@payload)
    rescue Exception => e # rubocop:disable Lint/RescueException -- an exit in one handler is its own error too
      raise if e.equal?(cancellation) || Guards.child?

      @errors << Report.of(e).last
    end
  end

  # The plugin's subscriptions: which topics are theirs, and what has arrived of each event.
  class Events
    # How long an event that a ping has overtaken may take before it counts as lost, in seconds.
    GRACE = 0.1

    # @return [Hash{String => Signer}] by topic
    attr_reader :signers

    # @return [Boolean] whether an event's name fits a pattern
    def self.match?(pattern, event)
      names = event.split(":")
      segments = pattern.split(":")
      rest = segments.last == "**" ? segments.pop : nil
      return false if rest ? names.size < segments.size : names.size != segments.size

      segments.each_with_index.all? { |segment, i| segment == "*" || segment == names[i] }
    end

    def initialize(kernel, scheduler, session)
      @kernel = kernel
      @scheduler = scheduler
      @session = session
      @subscriptions = {}
      @signers = {}
      @count = 0
      @last = {}
      @held = []
      @granting = {}
      @handlers = {}
      @open = true
    end

    # @return [Subscription] in force
    def subscribe(pattern, handler)
      subscription = Subscription.new(self, "s#{@count += 1}", pattern, handler)
      content = Values.generate({ "subscription" => subscription.id, "pattern" => pattern })
      confirmed = false
      @kernel.requests.exchange("subscribe", "{}", content, [], what: "on(#{pattern.inspect})") do |box|
        reply = @kernel.requests.settle(box.shift).content
        @scheduler.on_loop { add(subscription, reply) }
        box.shift
        @scheduler.on_loop { @session.unsubscribe([reply["nonce"]]) }
        confirmed = true
      end
      subscription
    ensure
      drop(subscription) if subscription && !confirmed
    end

    def unsubscribe(subscription)
      @scheduler.on_loop { drop(subscription) }
      content = Values.generate({ "subscription" => subscription.id })
      @kernel.requests.ask("unsubscribe", "{}", content, what: "dispose")
    end

    # The orchestrator changed the topics of a pattern.
    def update(envelope)
      content = envelope.content
      return unless (subscription = @subscriptions[content["subscription"]])

      remove(subscription, content["remove"] || [])
      nonce = content["nonce"]
      add(subscription, { "topics" => content["add"] || [], "nonce" => nonce })
      @session.unsubscribe([nonce]) if nonce
    end

    # @return [Boolean] whether it has not been disposed of
    def active?(subscription)
      @subscriptions.key?(subscription.id)
    end

    # Events wait from now on until {#release}.
    def hold
      @open = false
    end

    # The start handlers have ended.
    def release
      @open = true
      start(*@held.shift) until @held.empty?
    end

    # An event, on a topic or (nil) directed.
    def receive(envelope, topic)
      event = envelope.metadata["event"]
      raise Envelope::Malformed.new("an event without a name", envelope.header) unless event.is_a?(String)

      count(event, envelope.metadata["sequence"])
      @open ? start(envelope, topic) : @held << [envelope, topic]
    end

    # The orchestrator let an event begin, or dropped it.
    def grant(envelope)
      event, topic = @granting.delete(envelope.parent_id)
      run(event, topic, envelope.metadata) if event && envelope.ok?
    end

    # What the orchestrator has sent of each event: a tail that is missing was lost. The two sockets are not ordered
    # to one another, so what seems to be missing has a moment to arrive.
    def compare(numbers)
      behind = numbers.select { |event, number| @last.key?(event) && number.is_a?(Integer) && number > @last[event] }
      return if behind.empty?

      @scheduler.timer(GRACE) { behind.each { |event, number| count(event, number, arrived: false) } }
    end

    private

    def start(envelope, topic)
      return run(envelope, topic, nil) unless @kernel.plugin&.event_grants

      id = @kernel.send_message("event_start", envelope.header)
      @granting[id] = [envelope, topic]
    end

    def run(envelope, topic, grant)
      subscriptions = matching(envelope.metadata["event"], topic)
      @kernel.executor.start(EventFrame.new(envelope, @kernel, self, subscriptions, grant))
    end

    # In order of subscription. A directed event comes without a topic, and its name is matched here.
    def matching(event, topic)
      return @subscriptions.values.select { |one| Events.match?(one.pattern, event) } unless topic

      @handlers[event] ||= @subscriptions.values.select { |one| one.topics.value?(event) }
    end

    def add(subscription, content)
      fresh = content["topics"].filter_map do |topic|
        name = topic["topic"]
        new = !@signers.key?(name)
        @signers[name] ||= Signer.new(topic["key"])
        subscription.topics[name] = topic["event"]
        name if new
      end
      @subscriptions[subscription.id] = subscription
      @handlers.clear
      @session.subscribe(fresh + [content["nonce"]].compact)
    end

    def remove(subscription, names)
      names.each { |name| subscription.topics.delete(name) }
      gone = names.reject { |name| @subscriptions.values.any? { |one| one.topics.key?(name) } }
      gone = gone.select { |name| @signers.delete(name) }
      @handlers.clear
      @session.unsubscribe(gone)
    end

    def drop(subscription)
      @subscriptions.delete(subscription.id)
      remove(subscription, subscription.topics.keys)
    end

    # The first number seen is taken as it is; a jump after it is a gap. A number is only ever counted once.
    def count(event, number, arrived: true)
      return unless number.is_a?(Integer)

      last = @last[event]
      return @last[event] = number unless last
      return if number <= last

      @last[event] = number
      missed = number - last - (arrived ? 1 : 0)
      return unless missed.positive?

      @kernel.send_message("event_gap", "{}", "{}", Values.generate({ "event" => event, "missed" => missed }))
    end
  end
end
