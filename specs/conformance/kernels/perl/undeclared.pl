use Parley;
provide q{__plugin__.undeclared} => sub ($p) { return 1 };
