use Parley;

my $x = = 2;
