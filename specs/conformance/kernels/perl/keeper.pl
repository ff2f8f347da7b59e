use Parley;

my @watches;

sub attempt ($action) {
    my $result;
    return $result if eval { $result = $action->(); 1 };
    return {error => $@->kind};
}

provide '__plugin__.echo' => sub ($p) { return $p->{value} };

provide '__plugin__.get' => sub ($p) {
    return attempt(sub { storage->get($p->{key}, $p->{fallback}) });
};

provide '__plugin__.entry' => sub ($p) {
    my $found = storage->entry($p->{key}) // return;
    return [$found->{value}, $found->{version}];
};

provide '__plugin__.set' => sub ($p) {
    return attempt(sub { storage->set($p->{key}, $p->{value}) });
};

provide '__plugin__.delete' => sub ($p) {
    return attempt(sub { storage->delete($p->{key}) ? \1 : \0 });
};

provide '__plugin__.list' => sub ($p) {
    return [map { [$_->{key}, $_->{value}, $_->{version}] } storage->list($p->{prefix})->@*];
};

provide '__plugin__.swap' => sub ($p) { return storage->compare_and_set($p->@{qw(key value version)}) };

provide '__plugin__.watch' => sub ($p) {
    push @watches, storage->watch(
        $p->{prefix} => sub ($change) {
            return log info => "gone $change->{key}" if $change->{deleted};
            return log info => "changed $change->{key}", value => $change->{value};
        }
    );
    return;
};

provide '__plugin__.unwatch' => sub ($p) {
    pop(@watches)->dispose;
    return;
};

provide '__plugin__.put' => sub ($p) { return storage->put_blob($p->{value}) };

provide '__plugin__.read' => sub ($p) {
    return attempt(sub { storage->get_blob($p->{reference}) });
};
