use v5.36;
use Parley;

my $folder = ( $ENV{FORMS_DATA} // '../../output' ) . '/outbox';
mkdir $ENV{FORMS_DATA} // '../../output';
mkdir $folder;

# Under the form's id, so that a letter which is written twice is still one.
sub write_letter ( $id, $text ) {
    open my $out, '>:encoding(UTF-8)', "$folder/$id.txt" or die "cannot write to $folder: $!\n";
    print {$out} $text;
    close $out or die "cannot write to $folder: $!\n";
    return;
}

on 'form:saved' => sub ($form) {

    # For those who want to see what a crash looks like, and what becomes of a form that meets one.
    if ( $form->{name} eq 'Crash' && context->attempt == 1 ) { kill KILL => $$ }
    write_letter( $form->{id}, "Dear $form->{name}, your form has arrived.\n" );
};

on 'form:refused' => sub ($form) {
    my $problems = join ', ', $form->{problems}->@*;
    write_letter( $form->{id}, "Your form was not accepted: $problems.\n" );
};
