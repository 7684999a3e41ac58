package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.relay.Detached;
import io.penstock.relay.Replicas;
import io.penstock.relay.session.Sealed;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class QuestionsTests {

    private static final int MANY = 300;

    private final ScriptedLeg leg = new ScriptedLeg(ProtocolVersion.V2025_11_25);
    private final Questions questions = new Questions(
            new Sealed().seals(),
            (Replicas) Proxy.newProxyInstance(
                    Replicas.class.getClassLoader(), new Class<?>[] {Replicas.class}, (_, _, _) -> "here"),
            new Detached());

    private void ask(int size) {
        String params = "{\"message\":\"" + "x".repeat(size) + "\"}";
        for (int number = 0; number < MANY; number++) {
            var asked = new Message.Asked(String.valueOf(number), "elicitation/create", params);
            questions.keep(new Questions.Open(leg, asked, null, "context"));
        }
    }

    @Test
    void questionsWaitForTheirAnswers() {
        ask(100);

        assertThat(leg.answers).isEmpty();
    }

    @Test
    void whoIsAskedTooMuchIsAskedMoreWhenThatIsAnsweredOrTakenBack() {
        var asked = new Message.Asked("1", "elicitation/create", "{\"message\":\"" + "x".repeat(600_000) + "\"}");
        String first = questions.keep(new Questions.Open(leg, asked, null, "ada"));
        assertThat(questions.hasRoom("ada")).isTrue();
        var _ = questions.keep(new Questions.Open(leg, asked.to("2"), null, "ada"));
        assertThat(questions.hasRoom("ada")).isFalse();
        assertThat(questions.hasRoom("eve")).isTrue();

        assertThat(questions.take(Objects.requireNonNull(questions.place(first, "ada"))))
                .isNotNull();
        assertThat(questions.hasRoom("ada")).isTrue();
        var _ = questions.keep(new Questions.Open(leg, asked.to("3"), null, "ada"));
        assertThat(questions.hasRoom("ada")).isFalse();

        var told = new Message.Told("notifications/cancelled", "{\"requestId\":3}");
        assertThat(questions.takenBack(told)).isNotNull();
        assertThat(questions.hasRoom("ada")).isTrue();
    }

    @Test
    void questionsThatAreTooMuchTogetherAreGivenUpAndTheUpstreamIsTold() {
        ask(1_000_000);

        await().untilAsserted(() -> assertThat(leg.answers)
                .hasSizeBetween(MANY - 100, MANY - 50)
                .allMatch(answer -> answer instanceof Message.Failure));
    }
}
