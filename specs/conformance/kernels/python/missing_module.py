# There is no such module.
import no_such_module
