use Parley;

provide '__plugin__.echo' => sub ($p) { return $p->{value} };

provide '__plugin__.send' => sub ($p) {
    my %options = ($p->{options} // {})->%*;
    my $result;
    $result = emit $p->{event}, $_, %options for $p->{payloads}->@*;
    return $result if !$options{confirm};
    my $outcomes = $result->outcomes;
    return {
        confirmed => $result->confirmed,
        outcomes  => {map { $_ => $outcomes->{$_}{outcome} } keys $outcomes->%*},
        $options{event_id} ? (duplicate => $result->duplicate) : (),
    };
};
