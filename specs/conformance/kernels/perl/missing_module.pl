use Parley;
use no_such_module;
