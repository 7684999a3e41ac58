package io.penstock.loop;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Failures of work that goes on all the same, so that nobody is told of them but the log. */
public final class Mishaps {

    private Mishaps() {}

    /**
     * Logs one, in as many words as it needs.
     *
     * @param what failed
     */
    public static void log(Logger log, String what, Throwable failure) {
        if (expected(failure)) {
            log.warn("{} failed: {}", what, failure.toString());
        } else {
            log.error("{} failed", what, failure);
        }
    }

    /** What networks, databases and refusals do is told in a line; anything else is a bug and shows where it is. */
    private static boolean expected(Throwable failure) {
        return failure.getStackTrace().length == 0
                || failure instanceof IOException
                || failure instanceof TimeoutException
                || failure instanceof DataAccessException
                || failure instanceof TransactionException;
    }
}
