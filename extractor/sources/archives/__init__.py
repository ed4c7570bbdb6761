"""Source -> Page, for web archives: WARC files, plain or with a gzip member for each record, read and written.

``reading`` gives the pages of a file, ``records`` finds the records in its bytes and what is damaged between them,
``responses`` makes a page of a record, and ``writing`` keeps what was fetched. Imported by those who need it: the
libraries behind it cost more than a folder of pages does.
"""
