export const metadata = { title: 'Notes with Next' }

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body style={{ fontFamily: 'system-ui', maxWidth: '44rem', margin: '2rem auto' }}>
        {children}
      </body>
    </html>
  )
}
