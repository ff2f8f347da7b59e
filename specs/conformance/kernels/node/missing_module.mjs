// There is no such module.
import missing from 'no_such_module';
