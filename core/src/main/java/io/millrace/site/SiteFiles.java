package io.millrace.site;

import java.io.IOException;

/** The files of a site. Threads: any. */
interface SiteFiles {

    /**
     * A file.
     *
     * @param name as {@link SitePath} returns it, and not hidden
     * @return null if there is none
     */
    SiteFile find(String name) throws IOException;
}
