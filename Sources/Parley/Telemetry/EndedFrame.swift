import Broker
import KernelProtocol

/// A span of the broker's, under a name that tracing libraries do not use themselves.
typealias EndedFrame = Span
