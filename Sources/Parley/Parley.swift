/// What an application needs besides the orchestrator's own types: values, outcomes, names, spans, traces and plugin
/// states.
@_exported public import Broker
@_exported public import KernelProtocol
@_exported public import Store
