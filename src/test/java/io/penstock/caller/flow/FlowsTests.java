package io.penstock.caller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.caller.flow.Flows.Kind;
import io.penstock.caller.flow.Flows.Ticket;
import io.penstock.store.Database;
import io.penstock.store.Databases;
import io.penstock.vault.Vault;
import io.penstock.vault.Vaults;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

/** What is kept between the two halves of a sign-in. */
@ParameterizedClass
@EnumSource(Databases.class)
class FlowsTests {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Ticket TICKET = new Ticket(Randoms.next(), Randoms.next());

    @Parameter
    private Databases databases;

    private final Vault vault = Vaults.fresh();
    private Database database;
    private Flows flows;

    @BeforeEach
    void open() {
        database = databases.fresh();
        flows = new R2dbcFlows(database.client(), database.transactions(), vault);
        var _ = flows.keep(Kind.SIGN_IN, TICKET, "verifier\nnonce").block(LONG);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void sql(String statement) {
        var _ = database.client().sql(statement).fetch().rowsUpdated().block(LONG);
    }

    @Test
    void isSpentOnceByAnotherReplicaToo() {
        var elsewhere = new R2dbcFlows(database.client(), database.transactions(), vault);

        assertThat(elsewhere.spend(Kind.SIGN_IN, TICKET).block(LONG)).isEqualTo("verifier\nnonce");
        assertThat(flows.spend(Kind.SIGN_IN, TICKET).block(LONG)).isNull();
    }

    @Test
    void isSpentOnceHoweverManyComeAtTheSameTime() {
        var spent = Flux.range(0, 16)
                .flatMap(_ -> flows.spend(Kind.SIGN_IN, TICKET), 16)
                .collectList()
                .block(LONG);

        assertThat(spent).containsExactly("verifier\nnonce");
    }

    /** Whoever has the state alone, from a log or a link, neither ends the flow nor takes it from its browser. */
    @Test
    void isNotAnotherBrowsersAndStaysItsOwns() {
        assertThat(flows.spend(Kind.SIGN_IN, new Ticket(TICKET.state(), Randoms.next()))
                        .block(LONG))
                .isNull();
        assertThat(flows.spend(Kind.SIGN_IN, new Ticket(Randoms.next(), TICKET.browser()))
                        .block(LONG))
                .isNull();

        assertThat(flows.spend(Kind.SIGN_IN, TICKET).block(LONG)).isNotNull();
    }

    @Test
    void isOverAfterTenMinutesAndThenRemoved() {
        sql("UPDATE oauth_flows SET expires_at = expires_at - INTERVAL '9' MINUTE");
        var _ = flows.forget().block(LONG);
        assertThat(count()).isEqualTo(1);
        sql("UPDATE oauth_flows SET expires_at = expires_at - INTERVAL '1' MINUTE");

        assertThat(flows.spend(Kind.SIGN_IN, TICKET).block(LONG)).isNull();
        var _ = flows.forget().block(LONG);
        assertThat(count()).isZero();
    }

    private long count() {
        return database.client()
                .sql("SELECT COUNT(*) AS n FROM oauth_flows")
                .map(row -> row.get("n", Long.class))
                .one()
                .blockOptional(LONG)
                .orElseThrow();
    }

    @Test
    void isOfItsKindAlone() {
        sql("UPDATE oauth_flows SET kind = 'ANOTHER'");

        assertThat(flows.spend(Kind.SIGN_IN, TICKET).block(LONG)).isNull();
    }

    @Test
    void aCopyOfTheDatabaseHoldsNoSecret() {
        var row =
                database.client().sql("SELECT * FROM oauth_flows").fetch().one().block(LONG);

        assertThat(row.toString()).doesNotContain(TICKET.state(), TICKET.browser(), "verifier", "nonce");
    }

    @Test
    void aRowWhoseContentWasSwappedIsNotBelieved() {
        var other = new Ticket(Randoms.next(), Randoms.next());
        var _ = flows.keep(Kind.SIGN_IN, other, "an attacker's").block(LONG);
        List<String> sealed = database.client()
                .sql("SELECT sealed FROM oauth_flows ORDER BY created_at")
                .map(row -> row.get("sealed", String.class))
                .all()
                .collectList()
                .block(LONG);
        sql("UPDATE oauth_flows SET sealed = '" + sealed.getLast() + "'");

        assertThat(flows.spend(Kind.SIGN_IN, TICKET).block(LONG)).isNull();
    }

    @Test
    void endsOnlyAsWhatItWasBegun() {
        assertThat(flows.kind(TICKET.state()).block(LONG)).isEqualTo(Kind.SIGN_IN);
        assertThat(flows.kind(Randoms.next()).block(LONG)).isNull();

        assertThat(flows.spend(Kind.CONNECT, TICKET).block(LONG)).isNull();
        assertThat(flows.spend(Kind.SIGN_IN, TICKET).block(LONG)).isEqualTo("verifier\nnonce");
        assertThat(flows.kind(TICKET.state()).block(LONG)).isNull();
    }
}
