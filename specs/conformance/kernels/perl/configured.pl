use Parley;

my $at_load = settings;

provide '__plugin__.echo' => sub ($p) { return $p->{value} };

provide '__plugin__.settings' => sub ($p) { return settings };

provide '__plugin__.at_load' => sub ($p) { return $at_load };

provide '__plugin__.leak' => sub ($p) {
    my $password = settings->{password};
    log info => "logged $password", password => $password;
    say "printed $password";
    return;
};

provide '__plugin__.fail' => sub ($p) { die 'failed with ' . settings->{password} . "\n" };
