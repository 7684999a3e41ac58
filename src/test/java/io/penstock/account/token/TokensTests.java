package io.penstock.account.token;

import static io.penstock.account.Accounts.get;
import static io.penstock.account.Accounts.refused;
import static io.penstock.account.token.TokenStores.EXPIRES;
import static io.penstock.account.token.TokenStores.terms;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.account.Accounts;
import io.penstock.account.Position;
import io.penstock.account.Users;
import io.penstock.account.token.ApiToken.Terms;
import io.penstock.account.token.Tokens.Choice;
import io.penstock.caller.Digest;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.wire.Refusal.Reason;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What every database must do for API tokens. */
@ParameterizedClass
@EnumSource(Databases.class)
class TokensTests {

    private static final String ANN = "ann@example.com";
    private static final String BOB = "bob@example.com";
    private static final Hours OFFICE = new Hours(
            Set.of(DayOfWeek.MONDAY, DayOfWeek.TUESDAY),
            LocalTime.of(9, 0),
            LocalTime.of(17, 30),
            ZoneId.of("Europe/Berlin"));

    private static final Duration MEANWHILE = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Database database;
    private final TokenStores stores;
    private final Tokens tokens;

    TokensTests(Databases databases) {
        database = databases.fresh();
        stores = TokenStores.on(database, 3);
        tokens = stores.tokens();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Terms everything(String name) {
        return new Terms(
                name,
                "for builds",
                UUID.randomUUID(),
                null,
                Set.of("tools.read", "mcp:server:a b:execute"),
                List.of("10.0.0.0/8", "::1/128"),
                List.of(OFFICE),
                100,
                1000,
                "team-alpha",
                EXPIRES,
                false);
    }

    @Test
    void aTokenReadsBackAsItWasMade() {
        var terms = everything("ci");

        var made = get(tokens.create(ANN, Set.of("mcp-user"), terms, 0)).token();

        assertThat(made.terms()).isEqualTo(terms);
        assertThat(made.owner()).isEqualTo(ANN);
        assertThat(made.groups()).containsExactly("mcp-user");
        assertThat(made.lastUsedAt()).isNull();
        assertThat(made.version()).isEqualTo(1);
        assertThat(get(tokens.find(made.id()))).isEqualTo(made);
        assertThat(tokens.find(UUID.randomUUID()).blockOptional()).isEmpty();
    }

    @Test
    void whatIsNotSaidStaysUnsaid() {
        var made = get(tokens.create(ANN, null, terms("ci"), 0)).token();

        assertThat(made.terms()).isEqualTo(terms("ci"));
        assertThat(made.groups()).isNull();
        assertThat(get(tokens.create(ANN, Set.of(), terms("in no group"), 0))
                        .token()
                        .groups())
                .isEmpty();
    }

    @Test
    void theSecretIsNowhereInTheDatabase() {
        var made = get(tokens.create(ANN, null, everything("ci"), 0));

        var rows = get(
                database.client().sql("SELECT * FROM api_tokens").fetch().all().collectList());

        assertThat(made.secret()).matches("pst_[0-9A-Za-z]{49}");
        assertThat(rows).hasSize(1);
        assertThat(rows.toString()).doesNotContain(made.secret());
        assertThat(rows.getFirst())
                .containsEntry("token_hash", Digest.of(made.secret()).hex());
        assertThat(made.toString()).doesNotContain(made.secret());
    }

    @Test
    void aNameIsTakenOncePerOwner() {
        var made = get(tokens.create(ANN, null, terms("ci"), 0)).token();
        var _ = get(tokens.create(BOB, null, terms("ci"), 0));
        var other = get(tokens.create(ANN, null, terms("cd"), 0)).token();

        assertThat(refused(tokens.create(ANN, null, terms("ci"), 0))).isInstanceOf(Reason.Conflict.class);
        assertThat(refused(tokens.update(other.id(), terms("ci"), 1))).isInstanceOf(Reason.Conflict.class);
        assertThat(get(tokens.update(made.id(), terms("ci"), 1)).version()).isEqualTo(2);
    }

    @Test
    void anOwnerHasSoManyAndNoMoreHoweverManyAreMadeAtOnce() {
        long made = get(Flux.range(0, 8)
                .flatMap(i ->
                        tokens.create(ANN, null, terms("t" + i), 0).map(_ -> 1).onErrorReturn(0))
                .filter(one -> one == 1)
                .count());

        assertThat(made).isEqualTo(3);
        assertThat(refused(tokens.create(ANN, null, terms("one more"), 0)).detail())
                .contains("3 API tokens");
        assertThat(get(tokens.create(BOB, null, terms("one"), 0)).token().owner())
                .isEqualTo(BOB);
    }

    @Test
    void aChangeIsOfTheVersionThatItRead() {
        var made = get(tokens.create(ANN, null, terms("ci"), 0)).token();
        var next = everything("renamed");

        var changed = get(tokens.update(made.id(), next, 1));

        assertThat(changed.terms()).isEqualTo(next);
        assertThat(changed.version()).isEqualTo(2);
        assertThat(refused(tokens.update(made.id(), next, 1))).isInstanceOf(Reason.Stale.class);
        assertThat(refused(tokens.delete(made.id(), 1))).isInstanceOf(Reason.Stale.class);
        assertThat(get(tokens.delete(made.id(), 2))).isTrue();
        assertThat(get(tokens.delete(made.id(), 2))).isFalse();
        assertThat(tokens.update(made.id(), next, 2).blockOptional()).isEmpty();
    }

    @Test
    void whoeverShowsOneDeletesItWhateverItsVersion() {
        var made = get(tokens.create(ANN, null, terms("ci"), 0));
        var other = get(tokens.create(ANN, null, terms("cd"), 0)).token();
        var changed = get(tokens.update(made.token().id(), terms("renamed"), 1));
        String digest = Digest.of(made.secret()).hex();

        assertThat(get(tokens.deleteShown(digest))).isEqualTo(changed);

        assertThat(tokens.find(changed.id()).blockOptional()).isEmpty();
        assertThat(get(tokens.find(other.id()))).isEqualTo(other);
        assertThat(tokens.deleteShown(digest).blockOptional()).isEmpty();
    }

    @Test
    void listsNewestFirstPageByPageWhatIsChosen() {
        var first = get(tokens.create(ANN, null, terms("first"), 0)).token();
        var second = get(tokens.create(ANN, null, terms("second"), 0)).token();
        var ofTeam = get(tokens.create(BOB, null, everything("of the team"), 0)).token();
        var bobs = get(tokens.create(BOB, null, terms("bob's"), 0)).token();

        assertThat(ids(new Choice(null, Set.of(), null, null), null))
                .containsExactly(bobs.id(), ofTeam.id(), second.id(), first.id());
        assertThat(ids(new Choice(ANN, Set.of(), null, null), null)).containsExactly(second.id(), first.id());
        assertThat(ids(new Choice(ANN, Set.of("team-alpha"), null, null), null))
                .containsExactly(ofTeam.id(), second.id(), first.id());
        assertThat(ids(new Choice(ANN, Set.of("team-alpha"), BOB, null), null)).containsExactly(ofTeam.id());
        assertThat(ids(new Choice(null, Set.of(), null, "team-alpha"), null)).containsExactly(ofTeam.id());
        assertThat(ids(new Choice(ANN, Set.of(), null, null), new Position(second.createdAt(), second.id())))
                .containsExactly(first.id());
    }

    private List<UUID> ids(Choice choice, Position before) {
        return get(tokens.list(choice, 10, before).map(ApiToken::id).collectList());
    }

    @Test
    void theRowsAreHeldInMemoryByWhatIsShown() {
        var made = get(tokens.create(ANN, null, everything("ci"), 0));
        var plain = get(tokens.create(ANN, null, terms("plain"), 0));
        var _ = stores.held().refresh().blockOptional();

        var held = stores.held().find(Digest.of(made.secret()));

        assertThat(held.token()).isEqualTo(made.token());
        assertThat(held.caller().granted()).isFalse();
        assertThat(held.caller().bound()).isEqualTo(made.token().terms().serverId());
        assertThat(stores.held().limited(held.caller().digest())).isEqualTo(made.token());
        assertThat(stores.held().limited(Digest.of(plain.secret()).hex())).isNull();
        assertThat(stores.held().find(Digest.of("another"))).isNull();
    }

    @Test
    void whenItWasShownIsWrittenInRounds() {
        var made = get(tokens.create(ANN, null, terms("ci"), 0)).token();
        var now = Instant.parse("2030-05-05T10:00:00Z");
        var uses = new TokenUses(database.client(), database.transactions(), () -> now);
        uses.note(made.id());
        uses.note(made.id());

        var _ = uses.write().blockOptional();

        assertThat(get(tokens.find(made.id())).lastUsedAt()).isEqualTo(now);
        assertThat(get(tokens.find(made.id())).version()).isEqualTo(1);
        assertThat(uses.write().blockOptional()).isEmpty();
    }

    @Test
    void aDeletedUsersTokensAreGone() {
        var accounts = Accounts.on(database);
        var user = get(accounts.users().create(ANN, new Users.Draft(null, true, false, "hash")));
        var made = get(tokens.create(ANN, null, terms("ci"), 0)).token();
        var kept = get(tokens.create(BOB, null, terms("ci"), 0)).token();

        assertThat(get(accounts.users().delete(user.id(), 1))).isTrue();

        assertThat(tokens.find(made.id()).blockOptional()).isEmpty();
        assertThat(tokens.find(kept.id()).blockOptional()).isPresent();
    }

    @Test
    void aTokenThatIsMadeWhileItsOwnerIsDeletedIsGoneToo() {
        var accounts = Accounts.on(database);
        var user = get(accounts.users().create(ANN, new Users.Draft(null, true, false, "hash")));
        var made = new CompletableFuture<Tokens.Made>();
        var commit = new CompletableFuture<Void>();
        var making = database.transactions()
                .run(tokens.create(ANN, null, terms("ci"), 0)
                        .doOnNext(made::complete)
                        .then(Mono.fromFuture(commit)))
                .toFuture();
        assertThat(made).succeedsWithin(LONG);

        var deleting = accounts.users().delete(user.id(), 1).toFuture();
        var _ = Mono.delay(MEANWHILE).block();
        commit.complete(null);

        assertThat(making).succeedsWithin(LONG);
        assertThat(deleting).succeedsWithin(LONG).isEqualTo(true);
        assertThat(tokens.find(made.join().token().id()).blockOptional()).isEmpty();
    }

    @Test
    void whoseSignInHasEndedMakesNone() {
        var accounts = Accounts.on(database);
        var user = get(accounts.users().create(ANN, new Users.Draft(null, true, false, "hash")));
        assertThat(get(accounts.users().delete(user.id(), 1))).isTrue();

        assertThat(refused(tokens.create(ANN, null, terms("ci"), 0))).isInstanceOf(Reason.Unavailable.class);

        assertThat(ids(new Choice(ANN, Set.of(), null, null), null)).isEmpty();
        assertThat(get(tokens.create(ANN, null, terms("ci"), 1)).token().owner())
                .isEqualTo(ANN);
    }
}
