# frozen_string_literal: true

require_relative "envelope"
require_relative "event_frame"

module Parley
  # What `on` returns. Disposing of it twice is fine.
  class Subscription
    # @return [String]
    attr_reader :id, :pattern
    # @api private
    attr_reader :handler, :topics, :shape
    # @api private
    # @return [Boolean] whether the orchestrator has accepted it
    attr_accessor :accepted

    def initialize(events, id, pattern, handler, shape)
      @events = events
      @id = id
      @pattern = pattern
      @handler = handler
      @shape = shape
      @topics = {}
      @accepted = false
    end

    # Ends the subscription: no event reaches its handler after this.
    # @return [void]
    def dispose
      events = @events
      @events = nil
      events&.unsubscribe(self)
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

    # @param shape [Hash, nil] the rhythm in which its events come, see {Shape}
    # @return [Subscription] in force
    def subscribe(pattern, handler, shape = nil)
      subscription = Subscription.new(self, "s#{@count += 1}", pattern, handler, shape)
      confirmed = false
      # It is there before the orchestrator can direct anything at it.
      @scheduler.on_loop { @subscriptions[subscription.id] = subscription }
      @kernel.requests.exchange("subscribe", "{}", request(subscription), [], what: "on(#{pattern.inspect})") do |box|
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

    # An event, on a topic or (nil) directed. Those that are directed are not numbered with the others.
    def receive(envelope, topic)
      event = envelope.metadata["event"]
      raise Envelope::Malformed.new("an event without a name", envelope.header) unless event.is_a?(String)

      if envelope.metadata["batch"] == true && !envelope.content["items"].is_a?(Array)
        raise Envelope::Malformed.new("a batch without a list of items", envelope.header)
      end

      count(event, envelope.metadata["sequence"]) if topic
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

    def request(subscription)
      content = { "subscription" => subscription.id, "pattern" => subscription.pattern }
      content["shape"] = subscription.shape if subscription.shape
      Values.generate(content)
    end

    def run(envelope, topic, grant)
      event = envelope.metadata["event"]
      subscriptions = topic ? on_topic(event) : directed(event, envelope.metadata["subscriptions"])
      @kernel.executor.start(EventFrame.new(envelope, @kernel, self, subscriptions, grant))
    end

    # In order of subscription.
    def on_topic(event)
      @handlers[event] ||= @subscriptions.values.select { |one| one.topics.value?(event) }
    end

    # A directed event names its subscriptions, or its name is matched here.
    def directed(event, ids)
      return @subscriptions.values.select { |one| ids.include?(one.id) } if ids.is_a?(Array)

      @subscriptions.values.select { |one| one.accepted && Events.match?(one.pattern, event) }
    end

    def add(subscription, content)
      fresh = content["topics"].filter_map do |topic|
        name = topic["topic"]
        new = !@signers.key?(name)
        @signers[name] ||= Signer.new(topic["key"])
        subscription.topics[name] = topic["event"]
        name if new
      end
      subscription.accepted = true
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
