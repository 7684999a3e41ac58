package io.penstock.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubscriptionTests {

    @ParameterizedTest
    @CsvSource({
        "a://b, a://b, true",
        "a://b, a://b/c, true",
        "a://b/, a://b/c, true",
        "a://b, a://b?c=d, true",
        "a://b?, a://b?c=d, true",
        "a://b, a://b#c, true",
        "a://b, a://bc, false",
        "a://b/c, a://b, false",
        "a://b/, a://b, false",
        "a://b, A://b/c, false",
        "'', /a, false",
        "a://b, , false"
    })
    void coversAResourceAndWhatIsWithinIt(String subscribed, String updated, boolean covers) {
        assertThat(Subscription.covers(Set.of(subscribed), updated)).isEqualTo(covers);
    }

    @ParameterizedTest
    @CsvSource({"a://b/c, true", "c://d/e, true", "e://f, false"})
    void coversWhatAnyOfThemDoes(String updated, boolean covers) {
        assertThat(Subscription.covers(Set.of("a://b", "c://d"), updated)).isEqualTo(covers);
    }
}
