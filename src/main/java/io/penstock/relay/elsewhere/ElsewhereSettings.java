package io.penstock.relay.elsewhere;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Handing requests from one replica to another.
 *
 * @param answerTimeout how long the other replica may take to say that a request has come; one that does not is taken for gone
 * @param beat how often replicas that have something to do with each other say that they are there
 * @param silence how long nothing may be heard of such a replica before all that it has in hand is given up
 * @param windowEvents how many events of a stream may be on their way to a reader who has not read them
 * @param windowBytes how many bytes of events of a stream may be on their way to a reader who has not read them; an event of any
 *     size may follow where less than half of that is
 * @param visits how many requests of other replicas are carried out at a time
 */
@ConfigurationProperties("penstock.elsewhere")
record ElsewhereSettings(
        @DefaultValue("2s") Duration answerTimeout,
        @DefaultValue("1s") Duration beat,
        @DefaultValue("5s") Duration silence,
        @DefaultValue("32") int windowEvents,
        @DefaultValue("1048576") int windowBytes,
        @DefaultValue("10000") int visits) {

    ElsewhereSettings {
        require(answerTimeout.isPositive(), "penstock.elsewhere.answer-timeout", answerTimeout, "longer than nothing");
        require(beat.isPositive(), "penstock.elsewhere.beat", beat, "longer than nothing");
        require(
                silence.compareTo(beat.multipliedBy(2)) >= 0,
                "penstock.elsewhere.silence",
                silence,
                "at least twice the beat");
        require(windowEvents > 0, "penstock.elsewhere.window-events", windowEvents, "at least 1");
        require(windowBytes > 0, "penstock.elsewhere.window-bytes", windowBytes, "at least 1");
        require(visits > 0, "penstock.elsewhere.visits", visits, "at least 1");
    }

    private static void require(boolean holds, String key, Object value, String right) {
        if (!holds) {
            throw new InvalidConfigurationPropertyValueException(key, value, "It must be " + right);
        }
    }
}
