package io.penstock.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.audit.Trail.Outcome;
import io.penstock.audit.call.CallBook.Query;
import io.penstock.audit.call.CallBook.Recorded;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CallTests extends EdgeTest {

    /** A call is on record when it has ended, and that may be after its answer was read. */
    private List<Recorded> recorded(int calls) {
        await().until(() -> all().size() >= calls);
        return all();
    }

    private List<Recorded> all() {
        return Objects.requireNonNull(
                world.calls.list(Query.ALL, 100).collectList().block());
    }

    private Recorded latest() {
        return recorded(1).getFirst();
    }

    @Test
    void aCallToARouteIsOnRecordWithWhatTheRouteNeeds() {
        anybody()
                .get()
                .uri("/gateways")
                .header("Authorization", "Bearer alice")
                .header("User-Agent", "curl/8")
                .exchange()
                .expectStatus()
                .isOk();

        var call = latest();
        assertThat(call.user()).isEqualTo("alice@example.com");
        assertThat(call.targetKind()).isEqualTo("rest");
        assertThat(call.target()).isEqualTo("/gateways");
        assertThat(call.method()).isEqualTo("GET");
        assertThat(call.agent()).isEqualTo("curl/8");
        assertThat(call.address()).isEqualTo("127.0.0.1");
        assertThat(call.outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(call.rules()).isEqualTo("The route needs gateways.read");
    }

    @Test
    void aRefusedCallIsOnRecordWithTheReason() {
        as("bob").get().uri("/audit").exchange().expectStatus().isForbidden();

        assertThat(latest().outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(latest().reason()).contains("audit.read");
    }

    @Test
    void whatThereIsNotIsOnRecordAsRefused() {
        as("alice")
                .get()
                .uri("/gateways/00000000-0000-4000-8000-000000000001")
                .exchange()
                .expectStatus()
                .isNotFound();

        assertThat(latest().outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(latest().name()).isEqualTo("00000000-0000-4000-8000-000000000001");
    }

    @Test
    void whoMayReadTheTrailSeesEverybodysCalls() {
        as("alice").get().uri("/gateways").exchange().expectStatus().isOk();
        assertThat(recorded(1)).hasSize(1);

        as("root")
                .get()
                .uri("/calls")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$[0].user_email")
                .isEqualTo("alice@example.com")
                .jsonPath("$[0].outcome")
                .isEqualTo("success")
                .jsonPath("$[0].reason")
                .doesNotExist()
                .jsonPath("$[0].calls")
                .isEqualTo(1);
    }

    @Test
    void othersSeeTheirOwnAlone() {
        as("alice").get().uri("/gateways").exchange().expectStatus().isOk();
        as("bob").get().uri("/gateways").exchange().expectStatus().isOk();
        assertThat(recorded(2)).hasSize(2);

        as("bob")
                .get()
                .uri("/calls")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$[?(@.user_email != 'bob@example.com')]")
                .isEmpty()
                .jsonPath("$.length()")
                .isEqualTo(1);
        as("bob")
                .get()
                .uri("/calls?user_email=alice@example.com")
                .exchange()
                .expectStatus()
                .isForbidden();
        as("bob")
                .get()
                .uri("/calls?user_email=Bob@Example.com")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$[0].user_email")
                .isEqualTo("bob@example.com");
        as("root")
                .get()
                .uri("/calls?user_email=anonymous")
                .exchange()
                .expectStatus()
                .isOk();
    }

    /** Whoever the proxy names nobody for is called like all others of whom it does not. */
    @Test
    void whoHasNoNameSeesNobodysCalls() {
        world.nobody("somebody");
        as("somebody").get().uri("/gateways").exchange().expectStatus().isOk();
        assertThat(recorded(1)).hasSize(1);

        for (String path : List.of("/calls", "/calls?user_email=anonymous")) {
            as("somebody").get().uri(path).exchange().expectStatus().isForbidden();
        }
    }

    @Test
    void aWrongParameterIsNamed() {
        as("root")
                .get()
                .uri("/calls?outcome=maybe")
                .exchange()
                .expectStatus()
                .isEqualTo(422)
                .expectBody()
                .jsonPath("$.errors[0].field")
                .isEqualTo("outcome");
    }
}
