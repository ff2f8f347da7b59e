use Parley;

on_start sub { log info => 'start 1' };
on_start sub { log info => 'start 2' };
on_stop sub { log info => 'stop 1' };
on_stop sub { log info => 'stop 2' };

provide '__plugin__.echo' => sub ($p) { return $p->{value} };
