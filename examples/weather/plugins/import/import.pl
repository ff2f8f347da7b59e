use Parley;

# A plugin runs in its own folder, so a relative path is all that is needed.
my $file = '../../data/seattle-weather.csv';

my $number = qr{ -? \d+ (?: [.] \d+ )? }x;
my $line   = qr{
    \A (?<year> \d{4} ) / (?<month> \d\d ) / (?<day> \d\d )
    ,  (?<precipitation> $number )    # mm
    ,  (?<temp_max> $number )         # degrees Celsius
    ,  (?<temp_min> $number )
    ,  (?<wind> $number )             # m/s
    ,  (?<weather> drizzle | fog | rain | snow | sun )
    \s* \z
}x;

# `0 +` makes a number of text, for JSON tells 12.8 from "12.8".
sub parse ($text) {
    $text =~ $line or die "line $. of the readings cannot be read: $text";
    return {
        date    => "$+{year}-$+{month}-$+{day}",
        weather => $+{weather},
        map { $_ => 0 + $+{$_} } qw(precipitation temp_max temp_min wind),
    };
}

sub readings () {
    open my $in, '<', $file or die "cannot open $file: $!\n";
    my $header = <$in>;
    my @readings;
    while (my $text = <$in>) { push @readings, parse($text) }
    return @readings;
}

# While this waits for Lua to judge, the kernel is free for other calls.
provide 'import.rows' => sub ($params) {
    my @rows = readings();
    return {rows => \@rows, broken => call('rules.judge', {rows => \@rows})};
};

# A stream: Parley calls the sub that is returned for one item after the other, until it gives undef.
provide 'import.replay' => sub ($params) {
    my @rows  = readings();
    my $total = @rows;
    return sub {
        return undef if !@rows;
        my $year  = substr $rows[0]{date}, 0, 4;
        my $count = 0;
        while (@rows && $rows[0]{date} =~ /\A$year/) {
            emit 'reading:parsed', shift @rows;
            $count++;
        }
        emit 'replay:finished', {readings => $total} if !@rows;
        return {year => 0 + $year, readings => $count};
    };
};
