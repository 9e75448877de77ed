package io.millrace.app.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.access.Right;
import io.millrace.app.page.Page;
import io.millrace.page.FolderPage;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LatePageTest {

    private static final FolderPage.View VIEW = new FolderPage.View() {
        @Override
        public String path() {
            return "/d/";
        }

        @Override
        public boolean may(Right right) {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }
    };

    private static final FolderPage.Entry ENTRY = new FolderPage.Entry() {
        @Override
        public String name() {
            return "report";
        }

        @Override
        public boolean isFolder() {
            return false;
        }

        @Override
        public long sizeBytes() {
            return 7;
        }

        @Override
        public Instant modified() {
            return Instant.EPOCH;
        }

        @Override
        public String etag() {
            return "\"7\"";
        }
    };

    private static String whole(FolderPage page) {
        StringBuilder out = new StringBuilder();
        page.begin(out, VIEW);
        page.entry(out, ENTRY);
        page.end(out, VIEW, "?after=report");
        return out.toString();
    }

    @Test
    void pageThatIsMadeLateIsTheSame() {
        LatePage late = new LatePage();
        Page made = Page.create();
        String shown = whole(late);
        assertEquals(whole(made), shown);
        assertTrue(shown.contains("report") && shown.contains("?after="), shown);
        assertEquals(made.maxEntries(), late.maxEntries());
        assertEquals(made.contentSecurityPolicy(), late.contentSecurityPolicy());
    }
}
