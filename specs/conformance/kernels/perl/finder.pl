use Parley;

my @found;

on_start sub {
    my $ok = eval { @found = contributions '__plugin__.format'; 1 };
    log info => 'no point: ' . $@->kind if !$ok;
};

on 'service:available' => sub ($event) { log info => "saw $event->{method}" };

provide '__plugin__.echo' => sub ($p) { return $p->{value} };

provide '__plugin__.services' => sub ($p) {
    return [map { [$_->{method}, $_->{plugin}, $_->{available}] } services $p->{pattern}];
};

provide '__plugin__.wait' => sub ($p) {
    return 'there' if eval { wait_for $p->{method}, timeout => $p->{timeout}; 1 };
    return $@->kind;
};

provide '__plugin__.offer' => sub ($p) {
    provide '__plugin__.extra' => sub ($q) { return 'extra' };
    return;
};

provide '__plugin__.contributed' => sub ($p) {
    return [map { [$_->id, $_->plugin, $_->data->{title}] } @found];
};

provide '__plugin__.render' => sub ($p) {
    return [map { my $one = $_; eval { $one->call('render', $p->{params}) } // $@->kind } @found];
};

provide '__plugin__.draw' => sub ($p) { return ['__plugin__', $p->{value}] };

provide '__plugin__.fail' => sub ($p) { die "$p->{value}\n" };
