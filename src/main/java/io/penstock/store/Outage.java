package io.penstock.store;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.transaction.CannotCreateTransactionException;

/** Tells that the database is away from everything else that can go wrong with it. */
public final class Outage {

    private Outage() {}

    /** Whether the error says that the database could not be reached, or not in time. */
    public static boolean is(Throwable error) {
        for (@Nullable Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (isItself(cause)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isItself(Throwable error) {
        return error instanceof DataAccessResourceFailureException
                || error instanceof TransientDataAccessResourceException
                || error instanceof QueryTimeoutException
                || error instanceof CannotCreateTransactionException
                || error instanceof R2dbcNonTransientResourceException
                || error instanceof R2dbcTransientResourceException
                || error instanceof R2dbcTimeoutException;
    }
}
