package io.penstock.relay.leg;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.relay.leg.Leg.Interests;
import io.penstock.wire.Message;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InterestTests {

    private static final Interests INTERESTS = new Interests(false, false, false, Set.of("file:///a", "test://b/"));

    private static boolean isHeard(String uri) {
        return Interest.in(
                INTERESTS, new Message.Told("notifications/resources/updated", "{\"uri\":" + Message.quote(uri) + "}"));
    }

    @Test
    void whoSubscribedToAResourceHearsOfItAndOfItsParts() {
        assertThat(isHeard("file:///a")).isTrue();
        assertThat(isHeard("file:///a/b")).isTrue();
        assertThat(isHeard("test://b/c/d")).isTrue();
    }

    @Test
    void andOfNoOther() {
        assertThat(isHeard("file:///ab")).isFalse();
        assertThat(isHeard("file:///")).isFalse();
        assertThat(isHeard("test://b")).isFalse();
    }
}
