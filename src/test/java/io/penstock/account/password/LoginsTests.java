package io.penstock.account.password;

import static io.penstock.account.Accounts.get;
import static io.penstock.account.Accounts.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.account.Accounts;
import io.penstock.account.User;
import io.penstock.account.Users;
import io.penstock.account.password.LoginEvents.Event;
import io.penstock.account.password.LoginEvents.Kind;
import io.penstock.account.password.LoginEvents.Outcome;
import io.penstock.account.password.Logins.Attempt;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal.Reason;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What every database must do for passwords. */
@ParameterizedClass
@EnumSource(Databases.class)
class LoginsTests {

    private static final String ANN = "ann@example.com";
    private static final String RIGHT = "a right long password";

    private final Database database;
    private final Accounts accounts;
    private final Passwords passwords;
    private final Logins logins;
    private final User ann;

    LoginsTests(Databases databases) {
        database = databases.fresh();
        accounts = Accounts.on(database);
        passwords = Passwords.on(database);
        logins = passwords.logins();
        String hash = get(passwords.hashes().hash(new Secret(RIGHT)));
        assertThat(hash).startsWith("$argon2id$v=19$m=8192,t=1,p=1$");
        ann = get(accounts.users().create(ANN, new Users.Draft(null, true, true, hash)));
    }

    @AfterEach
    void close() {
        passwords.hashes().destroy();
        database.close();
    }

    private static Attempt attempt(String name, String password) {
        return attempt(name, password, "192.0.2.1");
    }

    private static Attempt attempt(String name, String password, String address) {
        return new Attempt(name, new Secret(password), address, "curl/8\u202e");
    }

    private String wrong(String name, String password) {
        Reason reason = refused(logins.prove(attempt(name, password), Kind.LOGIN));
        assertThat(reason).isInstanceOf(Reason.Unauthenticated.class);
        return reason.detail();
    }

    @Test
    void theRightPasswordProvesTheUserWhateverTheSpelling() {
        var proven = get(logins.prove(attempt(" Ann@Example.COM", RIGHT), Kind.LOGIN));

        assertThat(proven.id()).isEqualTo(ann.id());
        assertThat(proven.mustChangePassword()).isTrue();
        assertThat(get(accounts.users().find(ann.id())).lastLogin()).isNotNull();
    }

    @Test
    void whoeverIsRefusedIsToldTheSame() {
        var off = get(accounts.users()
                .create(
                        "off@example.com",
                        new Users.Draft(
                                null, false, false, get(passwords.hashes().hash(new Secret(RIGHT))))));
        var without = get(accounts.users().create("none@example.com", new Users.Draft(null, true, false, null)));

        var told = new HashSet<String>();
        told.add(wrong(ANN, "wrong"));
        told.add(wrong("nobody@example.com", RIGHT));
        told.add(wrong("a b", RIGHT));
        told.add(wrong(off.name(), RIGHT));
        told.add(wrong(without.name(), ""));

        assertThat(told).hasSize(1);
    }

    /** Without a hash for nobody it would be a hundredth. */
    @Test
    void nobodyIsRefusedAsLateAsSomebody() {
        var _ = wrong("nobody@example.com", RIGHT);

        assertThat(time("nobody@example.com")).isGreaterThan(time("somebody@example.com") / 20);
    }

    private long time(String name) {
        var hash = get(passwords.hashes().hash(new Secret(RIGHT)));
        if (name.startsWith("somebody")) {
            var _ = get(accounts.users().create(name, new Users.Draft(null, true, false, hash)));
        }
        long least = Long.MAX_VALUE;
        for (int n = 0; n < 3; n++) {
            long begun = System.nanoTime();
            var _ = wrong(name, "wrong");
            least = Math.min(least, System.nanoTime() - begun);
        }
        return least;
    }

    @Test
    void tooManyWrongOnesLockOutTheRightOne() {
        for (int n = 0; n < 3; n++) {
            var _ = wrong(ANN, "wrong");
        }

        var _ = wrong(ANN, RIGHT);

        assertThat(get(accounts.users().find(ann.id())).lockedUntil()).isNotNull();
        assertThat(get(passwords.events().of(ANN, 9, null).map(Event::outcome).collectList()))
                .containsExactly(
                        Outcome.LOCKED, Outcome.WRONG_PASSWORD, Outcome.WRONG_PASSWORD, Outcome.WRONG_PASSWORD);
    }

    @Test
    void aLockEndsAndTheCountBeginsAnew() {
        for (int n = 0; n < 3; n++) {
            var _ = wrong(ANN, "wrong");
        }
        var _ = get(database.client()
                .sql("UPDATE users SET locked_until = CURRENT_TIMESTAMP - INTERVAL '1' SECOND")
                .fetch()
                .rowsUpdated());

        var _ = wrong(ANN, "wrong");

        assertThat(get(logins.prove(attempt(ANN, RIGHT), Kind.LOGIN)).name()).isEqualTo(ANN);
    }

    @Test
    void aRightPasswordForgetsTheWrongOnes() {
        for (int n = 0; n < 4; n++) {
            var _ = wrong(ANN, "wrong");
            var _ = wrong(ANN, "wrong");
            assertThat(get(logins.prove(attempt(ANN, RIGHT), Kind.LOGIN)).name())
                    .isEqualTo(ANN);
        }
    }

    @Test
    void aBurstOfGuessesIsLockedOutToo() {
        var guesses = Flux.range(0, 20)
                .flatMap(n -> logins.prove(attempt(ANN, "wrong"), Kind.LOGIN).onErrorResume(_ -> Mono.empty()), 20);

        assertThat(get(guesses.collectList())).isEmpty();
        var _ = wrong(ANN, RIGHT);
    }

    @Test
    void anEventSaysFromWhereAndWithWhat() {
        var _ = get(logins.prove(attempt(ANN, RIGHT), Kind.LOGIN));

        assertThat(get(passwords.events().of(ANN, 9, null).collectList()))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.kind()).isEqualTo(Kind.LOGIN);
                    assertThat(event.outcome()).isEqualTo(Outcome.SUCCESS);
                    assertThat(event.address()).isEqualTo("192.0.2.1");
                    assertThat(event.agent()).isEqualTo("curl/8?");
                });
    }

    @Test
    void whatWasTypedAsTheNameOfNobodyIsNotKept() {
        var _ = wrong("my-secret-password", "x");

        assertThat(get(database.client()
                        .sql("SELECT COUNT(*) AS n FROM login_events WHERE user_name = ''")
                        .map(row -> row.get("n", Long.class))
                        .one()))
                .isEqualTo(1);
        assertThat(get(passwords.events().of("my-secret-password", 9, null).collectList()))
                .isEmpty();
    }

    @Test
    void anotherPasswordReplacesTheShownOneOnce() {
        var proven = get(logins.prove(attempt(ANN, RIGHT), Kind.PASSWORD_CHANGE));
        String hash = get(passwords.hashes().hash(new Secret("another long password")));

        var replaced = get(logins.replace(proven, hash));

        var _ = wrong(ANN, RIGHT);
        var changed = get(logins.prove(attempt(ANN, "another long password"), Kind.LOGIN));
        assertThat(changed.mustChangePassword()).isFalse();
        assertThat(replaced).isEqualTo(changed);
        assertThat(refused(logins.replace(proven, hash))).isInstanceOf(Reason.Unauthenticated.class);
    }

    @Test
    void anAddressTriesSoOftenAMinute() {
        for (int n = 0; n < 40; n++) {
            String address = n % 2 == 0 ? "2001:db8:0:1:0:0:0:" + n : "2001:db8:0:1:9:9:9:" + n;
            var _ = refused(logins.prove(attempt("nobody@example.com", "x", address), Kind.LOGIN));
        }

        assertThat(refused(logins.prove(attempt(ANN, RIGHT, "2001:db8:0:1:5:5:5:5"), Kind.LOGIN)))
                .isInstanceOf(Reason.TooMany.class);
        assertThat(get(logins.prove(attempt(ANN, RIGHT, "2001:db8:0:2:5:5:5:5"), Kind.LOGIN))
                        .name())
                .isEqualTo(ANN);
    }

    @Test
    void howeverManyTriesAreOldNoStatementIsLong() {
        database.crowd("login_events", """
                (id, user_name, kind, outcome, address, at)
                VALUES (:key, 'ann', 'LOGIN', 'REFUSED', '192.0.2.1', CURRENT_TIMESTAMP - INTERVAL '100' DAY)""");

        var _ = ((R2dbcLogins) logins).forget().blockOptional();

        assertThat(database.rows("login_events")).isZero();
    }
}
